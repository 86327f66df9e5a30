# %%
from mxnet import gluon, nd


# %%
class MLP(gluon.Block):
    def __init__(self, hidden, outputs, **options):
        super().__init__(**options)
        with self.name_scope():
            self.first, self.second = gluon.nn.Dense(hidden), gluon.nn.Dense(outputs)

    def forward(self, x):
        return self.second(nd.relu(self.first(x)))
