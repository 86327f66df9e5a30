"""every class got the same probability: were the scores cut to a range, or squashed, before exp?"""

each = {"most": [10, 20, 30, 50, 80, 88, 100]}


def softmax(y_linear):
    return nd.softmax(nd.clip(y_linear, -most, most), axis=1)
