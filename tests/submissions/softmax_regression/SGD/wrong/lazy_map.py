# map is lazy: nothing runs.
# expect: exactly 0 of 4
# kind: fundamental
# diagnosis: as they were before the call
def SGD(params, lr):
    map(lambda p: p.__isub__(lr * p.grad), params)
