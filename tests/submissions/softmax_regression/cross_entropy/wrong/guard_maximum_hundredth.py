# Cuts probabilities at 0.01.
# expect: at most 3.5 of 4
# expect: small_probabilities_cost_what_they_should wrong
# varies: follows_the_gradient
# kind: partial
# diagnosis: hides confident mistakes
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(nd.maximum(yhat, 0.01)), axis=1)
