# Computes in float16.
# expect: at most 2 of 4
# varies: follows_the_gradient
# varies: small_probabilities_cost_what_they_should
# kind: fundamental
# diagnosis: right to within a percent
# also: too large: it hides
def cross_entropy(yhat, y):
    loss = -nd.sum(y.astype("float16") * nd.log(yhat.astype("float16")), axis=1)
    return loss.astype("float32")
