# A guard of 0.001.
# expect: at most 3 of 4
# expect: small_probabilities_cost_what_they_should wrong
# kind: partial
# diagnosis: hides confident mistakes
# also: right to within a percent
def cross_entropy(yhat, y):
    return -nd.sum(y * nd.log(yhat + 1e-3), axis=1)
