# Returns float16.
# expect: at most 1.5 of 4
# kind: fundamental
# diagnosis: half precision
def softmax(y_linear):
    return nd.softmax(y_linear).astype("float16")
