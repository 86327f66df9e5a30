# A list of numbers.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: a list
# also: cut off
def cross_entropy(yhat, y):
    return [-(t * p.log()).sum().asscalar() for p, t in zip(yhat, y)]
