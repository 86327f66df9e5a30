# Caps the loss at 5 to be robust.
# expect: at most 3.5 of 4
# varies: follows_the_gradient
# kind: partial
# diagnosis: hides confident mistakes
def cross_entropy(yhat, y):
    return nd.minimum(-nd.sum(y * nd.log(yhat), axis=1), 5)
