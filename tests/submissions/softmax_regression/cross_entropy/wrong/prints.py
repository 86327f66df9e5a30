# Prints.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: returned nothing
# also: cut off
def cross_entropy(yhat, y):
    loss = -nd.sum(y * nd.log(yhat), axis=1)
    print(loss)
