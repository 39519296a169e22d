// Checks that bytes fed one by one are UTF-8, across the ends of buffers.
#pragma once

namespace handrail::formats {

class Utf8Checker {
 public:
  // False for a byte that cannot stand here: table 3-7 of the Unicode standard,
  // well-formed byte sequences.
  bool Byte(unsigned char c) {
    if (more_ > 0) {
      const bool good = c >= low_ && c <= high_;
      --more_;
      low_ = 0x80;
      high_ = 0xbf;
      return good;
    }
    if (c < 0x80) return true;
    low_ = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    high_ = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    more_ = c >= 0xc2 && c <= 0xdf   ? 1
            : c >= 0xe0 && c <= 0xef ? 2
            : c >= 0xf0 && c <= 0xf4 ? 3
                                     : 0;
    return more_ > 0;
  }

  // True inside a character.
  bool inside() const { return more_ > 0; }

 private:
  int more_ = 0;
  unsigned char low_ = 0x80;
  unsigned char high_ = 0xbf;
};

}  // namespace handrail::formats
