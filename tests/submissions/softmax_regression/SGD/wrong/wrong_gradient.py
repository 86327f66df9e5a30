# Every parameter moves by the first one's gradient, cut to size.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: none
# also: only the first parameter
def SGD(params, lr):
    first = params[0].grad
    for param in params:
        values = nd.tile(first.reshape((-1,)), reps=(param.size // first.size + 1,))[: param.size]
        param[:] = param - lr * values.reshape(param.shape)
