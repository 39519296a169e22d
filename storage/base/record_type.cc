#include "storage/base/record_type.h"

namespace handrail {

std::string_view RecordTypeWord(v1::RecordType type) {
  switch (type) {
    case v1::ORGANIZATION:
      return "organization";
    case v1::PROGRAM:
      return "program";
    case v1::SERVICE:
      return "service";
    case v1::LOCATION:
      return "location";
    case v1::TAXONOMY:
      return "taxonomy";
    case v1::TAXONOMY_TERM:
      return "taxonomy_term";
    case v1::CENTROID:
      return "centroid";
    case v1::CRISIS_RESOURCE:
      return "crisis_resource";
    default:
      return "";
  }
}

}  // namespace handrail
