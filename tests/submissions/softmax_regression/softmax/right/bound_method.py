# A class with a method, bound to the name.
class Functions:
    eps = 0.0

    def soft(self, x):
        e = (x - x.max(axis=1, keepdims=True)).exp()
        return e / (e.sum(axis=1, keepdims=True) + self.eps)


softmax = Functions().soft
