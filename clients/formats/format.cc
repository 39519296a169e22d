#include "clients/formats/format.h"

namespace handrail::formats {

std::string_view FormatName(Format format) {
  switch (format) {
    case Format::kHsds:
      return "hsds";
    case Format::kOhana:
      return "ohana";
    case Format::kMeetingGuide:
      return "meeting-guide";
    case Format::kBmlt:
      return "bmlt";
    case Format::kSamhsa:
      return "samhsa";
    case Format::kCsv:
      return "csv";
    case Format::kZipCentroids:
      return "zip-centroids";
    case Format::kUnknown:
      break;
  }
  return "unknown";
}

Format FormatOfName(std::string_view name) {
  // Open Referral UK is HSDS with less in it.
  if (name == "oruk") return Format::kHsds;
  for (const Format format : kFormats) {
    if (FormatName(format) == name) return format;
  }
  return Format::kUnknown;
}

std::string FormatNames() {
  std::string names;
  for (const Format format : kFormats) {
    if (!names.empty()) names += ", ";
    names += FormatName(format);
    if (format == Format::kHsds) names += ", oruk";
  }
  return names;
}

}  // namespace handrail::formats
