#include "clients/formats/format.h"

namespace handrail::formats {

std::string_view FormatName(Format format) {
  switch (format) {
    case Format::kHsds:
      return "hsds";
    case Format::kMeetingGuide:
      return "meeting-guide";
    case Format::kZipCentroids:
      return "zip-centroids";
    case Format::kUnknown:
      break;
  }
  return "unknown";
}

Format FormatOfName(std::string_view name) {
  for (const Format format :
       {Format::kHsds, Format::kMeetingGuide, Format::kZipCentroids}) {
    if (FormatName(format) == name) return format;
  }
  return Format::kUnknown;
}

std::string FormatNames() { return "hsds, meeting-guide, zip-centroids"; }

}  // namespace handrail::formats
