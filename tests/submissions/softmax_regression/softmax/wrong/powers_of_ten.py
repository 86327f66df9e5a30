# 10 ** x.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: powers of 10
def softmax(y_linear):
    powers = 10 ** (y_linear - y_linear.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
