# Casts to int.
# expect: at most 1 of 4
# kind: fundamental
# diagnosis: whole numbers
# also: cut off
def softmax(y_linear):
    return nd.softmax(y_linear).astype("int32")
