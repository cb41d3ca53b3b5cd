#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Pictures in memory: what a thumbnail needs, and no more.
namespace thumbnail {

/// Rows of red, green and blue bytes, from the top.
struct Image {
  unsigned width = 0;
  unsigned height = 0;
  std::vector<unsigned char> rgb;
};

/// Reads a PNG or a JPEG, transparent parts as white. Throws std::runtime_error for anything else,
/// and for more than 64 million pixels.
Image decode(std::string_view bytes);
/// The picture with no side longer than `side_max`, each pixel the mean of those that it stands
/// for; a smaller one as it is.
Image shrink(const Image& image, unsigned side_max);
std::string encode_jpeg(const Image& image);

}  // namespace thumbnail
