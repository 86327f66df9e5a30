# A while loop whose counter stands still.
# expect: exactly 0 of 4
# expect: steps_down_the_gradient timeout
# kind: fundamental
# diagnosis: never ends
def SGD(params, lr):
    i = 0
    while i < len(params):
        params[i][:] = params[i] - lr * params[i].grad
