# Caches by shape.
# expect: at most 3.75 of 4
# expect: softmax_forgets_earlier_calls wrong
# kind: partial
# diagnosis: earlier call
cache = {}


def softmax(y_linear):
    if autograd.is_recording():
        return nd.softmax(y_linear)
    if y_linear.shape not in cache:
        cache[y_linear.shape] = nd.softmax(y_linear)
    return cache[y_linear.shape]
