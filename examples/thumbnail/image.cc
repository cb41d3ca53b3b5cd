#include "examples/thumbnail/image.h"

#include <png.h>
#include <turbojpeg.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>

namespace thumbnail {
namespace {

constexpr std::uint64_t kPixelsMax = 64'000'000;
constexpr int kQuality = 85;
constexpr unsigned kChannels = 3;
constexpr std::string_view kPngMark = "\x89PNG";
constexpr std::string_view kJpegMark = "\xff\xd8\xff";

struct CloseJpeg {
  void operator()(void* handle) const { tjDestroy(handle); }
};

using JpegHandle = std::unique_ptr<void, CloseJpeg>;

/// Bytes for a picture of that size, if it is one that a thumbnail should be made of.
Image blank(std::uint64_t width, std::uint64_t height) {
  if (width == 0 || height == 0 || width * height > kPixelsMax)
    throw std::runtime_error("the picture has too many pixels");
  Image image;
  image.width = static_cast<unsigned>(width);
  image.height = static_cast<unsigned>(height);
  image.rgb.resize(width * height * kChannels);
  return image;
}

Image decode_png(std::string_view bytes) {
  png_image png = {};
  png.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()) == 0)
    throw std::runtime_error(png.message);
  png.format = PNG_FORMAT_RGB;
  const std::unique_ptr<png_image, void (*)(png_image*)> closed(&png, &png_image_free);
  auto image = blank(png.width, png.height);
  const png_color white = {255, 255, 255};
  if (png_image_finish_read(&png, &white, image.rgb.data(), 0, nullptr) == 0)
    throw std::runtime_error(png.message);
  return image;
}

Image decode_jpeg(std::string_view bytes) {
  const JpegHandle handle(tjInitDecompress());
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colours = 0;
  if (tjDecompressHeader3(handle.get(), data, bytes.size(), &width, &height, &subsampling,
                          &colours) != 0) {
    throw std::runtime_error(tjGetErrorStr2(handle.get()));
  }
  auto image = blank(static_cast<unsigned>(width), static_cast<unsigned>(height));
  if (tjDecompress2(handle.get(), data, bytes.size(), image.rgb.data(), width, 0, height, TJPF_RGB,
                    0) != 0) {
    throw std::runtime_error(tjGetErrorStr2(handle.get()));
  }
  return image;
}

/// Mean of the pixels [x0, x1) of [y0, y1), into three bytes.
void average(const Image& image, std::size_t x0, std::size_t x1, std::size_t y0, std::size_t y1,
             unsigned char* out) {
  std::uint64_t sum[kChannels] = {};
  for (std::size_t y = y0; y < y1; ++y) {
    const auto* pixel = image.rgb.data() + (y * image.width + x0) * kChannels;
    for (std::size_t x = x0; x < x1; ++x, pixel += kChannels) {
      for (unsigned channel = 0; channel < kChannels; ++channel) sum[channel] += pixel[channel];
    }
  }
  const auto count = (x1 - x0) * (y1 - y0);
  for (unsigned channel = 0; channel < kChannels; ++channel)
    out[channel] = static_cast<unsigned char>((sum[channel] + count / 2) / count);
}

}  // namespace

Image decode(std::string_view bytes) {
  if (bytes.starts_with(kPngMark)) return decode_png(bytes);
  if (bytes.starts_with(kJpegMark)) return decode_jpeg(bytes);
  throw std::runtime_error("this is neither a PNG nor a JPEG");
}

Image shrink(const Image& image, unsigned side_max) {
  const auto longest = std::max(image.width, image.height);
  if (longest <= side_max) return image;
  const auto scaled = [&](unsigned side) {
    return std::max<std::uint64_t>(1, std::uint64_t{side} * side_max / longest);
  };
  auto small = blank(scaled(image.width), scaled(image.height));
  auto* out = small.rgb.data();
  for (std::size_t y = 0; y < small.height; ++y) {
    const auto y0 = y * image.height / small.height;
    const auto y1 = (y + 1) * image.height / small.height;
    for (std::size_t x = 0; x < small.width; ++x, out += kChannels)
      average(image, x * image.width / small.width, (x + 1) * image.width / small.width, y0, y1,
              out);
  }
  return small;
}

std::string encode_jpeg(const Image& image) {
  const JpegHandle handle(tjInitCompress());
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  const int problem =
      tjCompress2(handle.get(), image.rgb.data(), static_cast<int>(image.width), 0,
                  static_cast<int>(image.height), TJPF_RGB, &bytes, &size, TJSAMP_420, kQuality, 0);
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> freed(bytes, &tjFree);
  if (problem != 0) throw std::runtime_error(tjGetErrorStr2(handle.get()));
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace thumbnail
