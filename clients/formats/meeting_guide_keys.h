// The keys of a meeting: personal, or mapped to a place in a record, or
// neither, and then kept in unknown_fields.
//
// Pure functions.
//
//   if (IsPersonal(key)) ++dropped;
//   else if (!IsMapped(key)) KeepUnknown(service, key, value.text);
#pragma once

#include <string_view>

namespace handrail::formats {

// Whether the key holds what a member gave so that others can reach them, or
// where money goes: it is dropped, never stored. To be asked first.
bool IsPersonal(std::string_view key);

// Whether the key finds its place in a record.
bool IsMapped(std::string_view key);

}  // namespace handrail::formats
