# An object with a reduction that can be chosen.
class CrossEntropy:
    def __init__(self, reduction="none"):
        self.reduction = reduction

    def __call__(self, yhat, y):
        losses = -(y * nd.log(yhat)).sum(axis=1)
        return losses if self.reduction == "none" else losses.mean()


cross_entropy = CrossEntropy()
