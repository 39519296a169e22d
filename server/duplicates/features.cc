#include "server/duplicates/features.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "server/duplicates/limits.h"

namespace handrail::server {
namespace {

template <typename T>
void SortUnique(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool EatPrefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "example.org/pantry" of "https://www.Example.org/pantry/#top".
std::string PageOf(const std::string& url) {
  std::string_view rest = url;
  rest = rest.substr(0, rest.find('#'));
  const size_t host_begin = rest.find("://");
  if (host_begin != std::string_view::npos) rest.remove_prefix(host_begin + 3);
  const size_t host_end = std::min(rest.size(), rest.find_first_of("/?"));
  const std::string lower_host = Lower(rest.substr(0, host_end));
  std::string_view host = lower_host;
  EatPrefix(host, "www.");
  std::string page(host);
  page += rest.substr(host_end);
  while (page.ends_with('/')) page.pop_back();
  return page;
}

// Sites that many organizations have their pages on.
bool IsSharedSite(std::string_view host) {
  constexpr std::string_view kShared[] = {
      "facebook.com",   "instagram.com", "twitter.com",  "x.com",
      "linktr.ee",      "youtube.com",   "linkedin.com", "sites.google.com",
      "eventbrite.com", "meetup.com",    "zoom.us",      "goo.gl",
      "bit.ly",         "tinyurl.com",   "forms.gle",    "docs.google.com"};
  return std::any_of(std::begin(kShared), std::end(kShared),
                     [&](std::string_view shared) {
                       // The site itself, or one below it.
                       return host.ends_with(shared) &&
                              (host.size() == shared.size() ||
                               host[host.size() - shared.size() - 1] == '.');
                     });
}

void ReadWeb(const v1::Listing& listing, Features& features) {
  const std::string page = PageOf(listing.url());
  const std::string host = page.substr(0, page.find_first_of("/?"));
  if (host != page) features.page = page;
  if (!IsSharedSite(host)) features.web_site = host;
  features.email = Lower(listing.email());
}

void ReadPhones(const v1::Listing& listing, Features& features) {
  for (const v1::Phone& phone : listing.phones()) {
    if (phone.type() == "fax" || features.phones.size() >= kPhonesMax) continue;
    std::string number;
    for (const char c : phone.number()) {
      if ((c >= '0' && c <= '9') || (c == '+' && number.empty())) number += c;
    }
    if (number.empty()) continue;
    if (!phone.extension().empty()) number += "/" + phone.extension();
    features.phones.push_back(std::move(number));
  }
  SortUnique(features.phones);
}

void ReadNames(const v1::Listing& listing, Features& features) {
  features.name = listing.name();
  features.name_words = NameWordsOf(listing.name());
  for (const std::string& other : listing.alternate_names()) {
    // What the organization or the place is called besides says nothing of this
    // service, but the projection has them all in one list: they count for a
    // name of the other listing, never for another of its other names.
    if (other != listing.name()) {
      features.other_names.push_back(NameWordsOf(other));
    }
  }
  features.organization = listing.organization_name();
  features.organization_words = NameWordsOf(listing.organization_name());
  for (const NameWord& word : features.organization_words.words) {
    features.organization_texts.push_back(word.text);
  }
}

void ReadPlace(const v1::Listing& listing, Features& features) {
  features.confidential = listing.confidential();
  const v1::Place& place = listing.place();
  if (!place.county().empty()) {
    features.county = Lower(place.state() + "/" + place.county());
  }
  if (listing.confidential()) return;
  features.city = PlainWords(place.city());
  SortUnique(features.city);
  features.postal_code =
      matcher::FiveDigits(place.postal_code()).value_or(place.postal_code());
  const v1::Address& address = listing.address();
  features.address = address.address_1();
  features.street = ReadStreetAddress(address.address_1());
  if (!features.street.HasHouseNumber() && !address.address_2().empty()) {
    const StreetAddress second = ReadStreetAddress(address.address_2());
    if (second.HasHouseNumber()) {
      features.street = second;
      features.address = address.address_2();
    }
  }
  if (place.basis() == v1::Place::COORDINATES && !place.approximate() &&
      matcher::GeoPoint::IsOnTheMap(place.latitude_e7(),
                                    place.longitude_e7())) {
    features.point.emplace(place.latitude_e7(), place.longitude_e7());
  }
  features.has_place = features.point.has_value() ||
                       features.street.HasHouseNumber() ||
                       !features.street.name.empty();
}

void ReadTerms(const v1::Listing& listing, Features& features) {
  const matcher::Taxonomy& taxonomy = matcher::BuiltInTaxonomy();
  for (const v1::NeedTerm& term : listing.terms()) {
    const auto index = taxonomy.Find(term.term());
    if (index.has_value()) features.terms.set(static_cast<size_t>(*index));
  }
  features.terms_and_above = features.terms;
  // A parent may stand after its child in the file.
  std::vector<matcher::TermIndex> above;
  for (size_t term = features.terms._Find_first(); term < features.terms.size();
       term = features.terms._Find_next(term)) {
    above.push_back(static_cast<matcher::TermIndex>(term));
  }
  // An agency that also has a group is no meeting.
  features.is_meeting =
      !above.empty() &&
      std::all_of(above.begin(), above.end(), [&](matcher::TermIndex term) {
        return taxonomy.term(term).attendance ==
               matcher::Attendance::kOccurrence;
      });
  while (!above.empty()) {
    const matcher::TermIndex term = above.back();
    above.pop_back();
    for (const matcher::TermIndex parent : taxonomy.term(term).parents) {
      if (features.terms_and_above[static_cast<size_t>(parent)]) continue;
      features.terms_and_above.set(static_cast<size_t>(parent));
      above.push_back(parent);
    }
  }
}

void ReadTimes(const v1::Listing& listing, Features& features) {
  constexpr size_t kClock = 5;  // "19:00" of "19:00-05:00"
  for (const v1::Schedule& schedule : listing.schedules()) {
    const std::string opens = schedule.opens_at().substr(0, kClock);
    if (opens.empty()) continue;
    const std::string rule = v1::ScheduleFrequency_Name(schedule.freq()) + " " +
                             std::to_string(std::max(1, schedule.interval())) +
                             " ";
    std::string_view days = schedule.byday();
    while (!days.empty() && features.times.size() < kMeetingTimesMax) {
      const size_t end = std::min(days.size(), days.find(','));
      features.times.push_back(rule + std::string(days.substr(0, end)) + " " +
                               opens);
      days.remove_prefix(std::min(days.size(), end + 1));
    }
  }
  SortUnique(features.times);
  features.zone = listing.zone();
  const v1::SupportGroupProfile& group = listing.profile().support_group();
  if (!group.conference_link().text().empty()) {
    features.links.push_back(PageOf(group.conference_link().text()));
  }
  if (!group.phone_dial_in().text().empty()) {
    features.links.push_back(group.phone_dial_in().text());
  }
  SortUnique(features.links);
}

}  // namespace

Features FeaturesOf(const v1::Listing& listing, ListingIdentity identity) {
  Features features;
  features.id = listing.id();
  features.source = listing.source();
  features.identity = std::move(identity);
  ReadNames(listing, features);
  ReadPlace(listing, features);
  ReadPhones(listing, features);
  ReadWeb(listing, features);
  ReadTerms(listing, features);
  ReadTimes(listing, features);
  return features;
}

}  // namespace handrail::server
