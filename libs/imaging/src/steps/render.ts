import { need, type Step } from '../context.js';

/** Decodes the original once, to the pixels of the largest size; every variant is made from these. */
export const render: Step = {
  name: 'render',
  async run(context) {
    const { contentType, orientation } = need(context, 'source');
    const { largest } = need(context, 'ladder');
    const stored = orientation >= 5 ? { width: largest.height, height: largest.width } : largest;
    const { data, info } = await need(context, 'decoder')
      // Both sides are given: sharp's own rounding may differ by a pixel from the promised size.
      .resize(stored.width, stored.height, {
        fit: 'fill',
        // libjpeg shrinks well while it decodes. libwebp's scaler is coarse, and knows nothing of frames.
        fastShrinkOnLoad: contentType === 'image/jpeg',
      })
      .timeout({ seconds: context.deadline.secondsLeft })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const height = info.pageHeight ?? info.height;
    context.pixels = {
      data,
      width: info.width,
      height,
      frames: info.height / height,
      channels: info.channels,
    };
  },
};
