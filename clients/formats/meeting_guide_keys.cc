#include "clients/formats/meeting_guide_keys.h"

#include <algorithm>
#include <array>
#include <set>

namespace handrail::formats {

// What a member gave so that others can reach them, and money. `phone` and
// `email` without a word in front are the group's contact person's.
bool IsPersonal(std::string_view key) {
  constexpr std::array<std::string_view, 11> kKeys = {
      "phone",        "email",           "author",       "edit_url",
      "feedback_url", "feedback_emails", "last_contact", "mailing_address",
      "venmo",        "square",          "paypal"};
  return key.starts_with("contact") || key.starts_with("group_email") ||
         key.starts_with("group_phone") ||
         std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

// Keys that find their place in a record.
bool IsMapped(std::string_view key) {
  static const std::set<std::string_view> kKeys = {"slug",
                                                   "name",
                                                   "day",
                                                   "time",
                                                   "end_time",
                                                   "timezone",
                                                   "types",
                                                   "notes",
                                                   "group",
                                                   "group_notes",
                                                   "location",
                                                   "location_notes",
                                                   "address",
                                                   "city",
                                                   "state",
                                                   "postal_code",
                                                   "country",
                                                   "formatted_address",
                                                   "latitude",
                                                   "longitude",
                                                   "approximate",
                                                   "conference_url",
                                                   "conference_phone",
                                                   "url",
                                                   "website",
                                                   "attendance_option",
                                                   "entity",
                                                   "entity_email",
                                                   "entity_phone",
                                                   "entity_website_url",
                                                   "entity_url",
                                                   "fellowship"};
  return kKeys.contains(key);
}

}  // namespace handrail::formats
