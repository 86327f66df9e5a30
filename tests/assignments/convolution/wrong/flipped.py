# told: the kernel is flipped: what layers call a convolution is a correlation
def conv2d(x, kernel, stride=1, padding=0):
    x, k = x.expand_dims(0).expand_dims(0), kernel[::-1, ::-1].expand_dims(0).expand_dims(0)
    return nd.Convolution(
        x, k, no_bias=True, kernel=kernel.shape, num_filter=1, stride=(stride, stride), pad=(padding, padding)
    )[0, 0]
