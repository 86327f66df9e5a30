"""the sum of each cluster instead of its mean"""


def update_centers(points, labels, k):
    return nd.dot(nd.one_hot(labels, k).T, points)
