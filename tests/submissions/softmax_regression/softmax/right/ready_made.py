# Found nd.softmax: allowed, with a note.
def softmax(y_linear):
    return nd.softmax(y_linear, axis=-1)
