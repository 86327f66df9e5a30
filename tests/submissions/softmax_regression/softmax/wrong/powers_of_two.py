# 2 ** x, for exp was not at hand.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: powers of 2
def softmax(y_linear):
    powers = 2 ** (y_linear - y_linear.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
