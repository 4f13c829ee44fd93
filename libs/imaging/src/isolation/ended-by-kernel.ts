/** The argument of a decoder that the kernel kills when its parent ends, so that it need not watch for that. */
export const ENDED_BY_KERNEL = '--ended-by-kernel';
