"""returned the scores as they came"""


def softmax(y_linear):
    return y_linear
