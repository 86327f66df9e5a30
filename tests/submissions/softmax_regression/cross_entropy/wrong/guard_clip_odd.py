# Clips at an unusual place.
# expect: at most 3.5 of 4
# varies: follows_the_gradient
# kind: partial
# diagnosis: hides confident mistakes
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(nd.clip(yhat, 0.003, 1)), axis=1)
