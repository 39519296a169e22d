#include "clients/formats/bmlt_meeting.h"

#include <array>
#include <cctype>
#include <utility>

#include "clients/formats/bmlt_directory.h"
#include "clients/formats/code_rows.h"
#include "clients/formats/plain_text.h"

namespace handrail::formats {
namespace {

constexpr int kNoDay = -1;
constexpr int kWrongDay = -2;

// Members of /api/v1 whose other name is more than other letters.
constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kNames =
    {{{"id", "id_bigint"},
      {"serviceBodyId", "service_body_bigint"},
      {"formatIds", "format_shared_id_list"},
      {"duration", "duration_time"},
      {"name", "meeting_name"},
      {"worldId", "worldid_mixed"},
      {"email", "email_contact"},
      {"locationPostalCode1", "location_postal_code_1"}}};

}  // namespace

BmltMeeting::BmltMeeting(const JsonValue& json, const v1::RowOrigin& origin,
                         FindingLog& log)
    : RowFindings(origin, log), json_(json) {
  for (const std::string_view key : json.keys) names_.push_back(NameOf(key));
}

std::string BmltMeeting::NameOf(std::string_view key) {
  for (const auto& [from, to] : kNames) {
    if (from == key) return std::string(to);
  }
  std::string name;
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isupper(byte)) {
      name += '_';
      name += static_cast<char>(std::tolower(byte));
    } else {
      name += c;
    }
  }
  return name;
}

const JsonValue* BmltMeeting::Find(std::string_view name) const {
  // The last of a name counts, as everywhere.
  for (size_t i = names_.size(); i-- > 0;) {
    if (names_[i] == name) {
      return json_.items[i].IsNull() ? nullptr : &json_.items[i];
    }
  }
  return nullptr;
}

std::string BmltMeeting::Text(std::string_view name) const {
  const JsonValue* value = Find(name);
  if (value == nullptr || !value->IsScalar()) return "";
  return Trim(value->IsString() ? std::string_view(value->string)
                                : value->text);
}

std::vector<std::string> BmltMeeting::List(std::string_view name) const {
  std::vector<std::string> parts;
  const JsonValue* value = Find(name);
  if (value == nullptr) return parts;
  const auto add = [&](std::string_view text) {
    std::string part = Trim(text);
    if (!part.empty()) parts.push_back(std::move(part));
  };
  if (value->IsString()) {
    for (const std::string& part : SplitText(value->string, ",")) add(part);
  } else if (value->IsArray() || value->IsObject()) {
    // PHP writes a list with gaps as an object.
    for (const JsonValue& item : value->items) {
      if (item.IsScalar()) add(item.IsString() ? item.string : item.text);
    }
  } else {
    add(value->text);
  }
  return parts;
}

int BmltMeeting::Weekday() const {
  const std::string from_one = Text("weekday_tinyint");
  const std::string from_zero = Text("day");
  const std::string& text = from_one.empty() ? from_zero : from_one;
  if (text.empty()) return kNoDay;
  const char first = from_one.empty() ? '0' : '1';
  if (text.size() != 1 || text[0] < first || text[0] > first + 6) {
    return kWrongDay;
  }
  return text[0] - first;
}

bool IsBmltPersonal(std::string_view name) {
  return name.find("contact") != std::string_view::npos ||
         name.find("email") != std::string_view::npos || name == "phone";
}

}  // namespace handrail::formats
