# Computes in float16 to be fast.
# expect: at most 1.5 of 4
# varies: follows_the_gradient
# kind: fundamental
# diagnosis: right to within a percent
def softmax(y_linear):
    return nd.softmax(y_linear.astype("float16")).astype("float32")
