// The file formats that are read, and their names on the command line and in
// messages.
//
// Pure functions.
//
//   ReadOptions options{.format = FormatOfName(flag)};
//   help = "auto or " + FormatNames();
#pragma once

#include <string>
#include <string_view>

namespace handrail::formats {

// A file format, or none of them.
enum class Format { kUnknown, kHsds, kMeetingGuide, kZipCentroids };

// "hsds", "meeting-guide", "zip-centroids"; "unknown" for kUnknown.
std::string_view FormatName(Format format);
// The format of that name; kUnknown for "auto" and for any other word.
Format FormatOfName(std::string_view name);
// "hsds, meeting-guide, zip-centroids", for help and messages.
std::string FormatNames();

}  // namespace handrail::formats
