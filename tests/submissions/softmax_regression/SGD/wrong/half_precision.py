# Steps in float16.
# expect: at most 1 of 4
# varies: follows_the_gradient
# kind: fundamental
# diagnosis: half precision
# also: right to within a percent
def SGD(params, lr):
    for param in params:
        param[:] = (param.astype("float16") - lr * param.grad.astype("float16")).astype("float32")
