// The file formats that are read, and their names on the command line and in
// messages.
//
// Pure functions.
//
//   ReadOptions options{.format = FormatOfName(flag)};
//   help = "auto or " + FormatNames();
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace handrail::formats {

// A file format, or none of them.
enum class Format {
  kUnknown,
  kHsds,
  kMeetingGuide,
  kZipCentroids,
  kBmlt,
  kSamhsa,
  kCsv,
  kOhana
};

// All but kUnknown, in the order of help texts.
inline constexpr std::array kFormats = {
    Format::kHsds,   Format::kOhana, Format::kMeetingGuide, Format::kBmlt,
    Format::kSamhsa, Format::kCsv,   Format::kZipCentroids};

// "hsds", "meeting-guide", "bmlt", …; "unknown" for kUnknown.
std::string_view FormatName(Format format);
// The format of that name, of "oruk" (HSDS-UK) HSDS; kUnknown for "auto" and
// for any other word.
Format FormatOfName(std::string_view name);
// "hsds, meeting-guide, …", for help and messages.
std::string FormatNames();

}  // namespace handrail::formats
