# Forgets the minus.
# expect: at most 1 of 4
# expect: one_loss_for_each_example wrong
# expect: cross_entropy_gradient_flows wrong
# kind: fundamental
# diagnosis: minus sign is missing
def cross_entropy(yhat, y):
    return nd.sum(y * nd.log(yhat), axis=1)
