#include "matcher/index/known_facts.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "matcher/index/facet_table.h"

namespace handrail::matcher {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

std::int64_t FloorDay(std::int64_t seconds) {
  const std::int64_t day = seconds / kDaySeconds;
  return seconds % kDaySeconds < 0 ? day - 1 : day;
}

absl::Duration ShortestTtl(v1::FactTtl fact_class, const TtlTable& ttls) {
  absl::Duration shortest = DefaultTtl(fact_class);
  for (const auto& [source, overrides] : ttls.by_source) {
    shortest = std::min(shortest, ttls.Of(fact_class, source));
  }
  return shortest;
}

// A day that the columns can hold, and its time is a valid one.
bool IsStorable(const google::protobuf::Timestamp& time) {
  constexpr std::int64_t kMax =
      (std::numeric_limits<std::uint16_t>::max() - 1) * kDaySeconds;
  return time.seconds() > 0 && time.seconds() < kMax && time.nanos() >= 0 &&
         time.nanos() < 1'000'000'000;
}

}  // namespace

std::array<BelievedDays, kFactClasses> BelievedAt(absl::Time as_of,
                                                  const TtlTable& ttls) {
  std::array<BelievedDays, kFactClasses> believed;
  for (int i = 0; i < kFactClasses; ++i) {
    const absl::Duration ttl = ShortestTtl(static_cast<v1::FactTtl>(i), ttls);
    if (ttl <= absl::ZeroDuration()) continue;
    const std::int64_t first = absl::ToUnixSeconds(as_of - ttl);
    // A day is believed from its first moment to its last: one day less.
    believed[i].first = static_cast<int>(FloorDay(first)) + 1;
    believed[i].last = static_cast<int>(FloorDay(absl::ToUnixSeconds(as_of)));
  }
  return believed;
}

void KnownFacts::Reserve(int rows) {
  const auto count = static_cast<std::size_t>(rows);
  days_.reserve(count * kFactClasses);
  least_age_.reserve(count);
  greatest_age_.reserve(count);
}

void KnownFacts::AddEmpty() {
  const auto words = static_cast<std::size_t>(FacetTable::Instance().words());
  for (auto& columns : words_) columns.resize(words);
  days_.resize(days_.size() + kFactClasses);
  least_age_.push_back(0);
  greatest_age_.push_back(kNoGreatestAge);
  ++rows_;
}

void KnownFacts::Add(const Row& row) {
  AddEmpty();
  const std::vector<FactField>& fields = FactRegister::Instance().fields();
  std::optional<std::uint16_t> last;
  for (const std::uint16_t index : row.facts.fields()) {
    if (index == last) continue;
    last = index;
    AddField(row, fields[index]);
  }
  AddAge(row);
}

void KnownFacts::Add(const KnownFacts& from, int row) {
  AddEmpty();
  for (std::size_t answer = 0; answer < words_.size(); ++answer) {
    for (std::size_t word = 0; word < words_[answer].size(); ++word) {
      const std::uint64_t bits =
          from.Word(static_cast<Answer>(answer), static_cast<int>(word), row);
      if (bits == 0) continue;
      words_[answer][word].resize(rows_);
      words_[answer][word].back() = bits;
    }
  }
  std::copy_n(from.days_.begin() + std::ptrdiff_t{row} * kFactClasses,
              kFactClasses, days_.end() - kFactClasses);
  least_age_.back() = from.least_age_[row];
  greatest_age_.back() = from.greatest_age_[row];
}

void KnownFacts::AddField(const Row& row, const FactField& field) {
  const auto facet = FacetTable::Instance().First(field);
  const auto add = [&](const Reading& reading, int at) {
    if (reading.answer != v1::YES && reading.answer != v1::NO) return;
    if (AddDay(reading.provenance, field.ttl)) SetBit(reading.answer, at);
  };
  switch (field.kind) {
    case FactKind::kNumber:
      return;
    case FactKind::kYesNo:
      return add(row.facts.Read(field), facet);
    case FactKind::kChoice:
      for (std::size_t i = 0; i < field.codes.size(); ++i) {
        add(row.facts.Read(field, field.codes[i]), facet + static_cast<int>(i));
      }
      return;
    case FactKind::kSet: {
      // Of entries with the same code the first is read.
      std::vector<bool> seen(field.codes.size());
      for (const Reading& entry : row.facts.All(field)) {
        const auto code = field.code_places.find(entry.code);
        if (code == field.code_places.end() || seen[code->second]) continue;
        seen[code->second] = true;
        add(entry, facet + static_cast<int>(code->second));
      }
      return;
    }
  }
}

void KnownFacts::AddAge(const Row& row) {
  static const FactField& least_field = KnownField("any.minimum_age");
  static const FactField& greatest_field = KnownField("any.maximum_age");
  const Reading least = row.facts.Read(least_field);
  if (least.answer == v1::YES && least.number >= 0 &&
      AddDay(least.provenance, least_field.ttl)) {
    least_age_.back() =
        static_cast<std::uint8_t>(std::min(least.number, kNoGreatestAge));
  }
  const Reading greatest = row.facts.Read(greatest_field);
  if (greatest.answer == v1::YES && greatest.number >= 0 &&
      greatest.number < kNoGreatestAge &&
      AddDay(greatest.provenance, greatest_field.ttl)) {
    greatest_age_.back() = static_cast<std::uint8_t>(greatest.number);
  }
}

bool KnownFacts::AddDay(const v1::Provenance* provenance,
                        v1::FactTtl fact_class) {
  if (provenance == nullptr || !provenance->has_verified_at() ||
      provenance->has_expires_at() || !IsStorable(provenance->verified_at())) {
    return false;
  }
  const auto day =
      static_cast<std::uint16_t>(FloorDay(provenance->verified_at().seconds()));
  const auto next = static_cast<std::uint16_t>(day + 1);
  Days& days = days_[(rows_ - 1) * kFactClasses + fact_class];
  const bool first = days.oldest == 0;
  days.oldest = first ? day : std::min(days.oldest, day);
  days.newest = first ? next : std::max(days.newest, next);
  return true;
}

void KnownFacts::SetBit(v1::Answer answer, int facet) {
  const Answer known = answer == v1::YES ? Answer::kYes : Answer::kNo;
  std::vector<std::uint64_t>& column =
      words_[static_cast<int>(known)][facet / 64];
  column.resize(rows_);
  column[rows_ - 1] |= std::uint64_t{1} << facet % 64;
}

std::size_t KnownFacts::Bytes() const {
  std::size_t bytes = days_.capacity() * sizeof(Days) + least_age_.capacity() +
                      greatest_age_.capacity();
  for (const auto& columns : words_) {
    for (const auto& column : columns) {
      bytes += column.capacity() * sizeof(std::uint64_t);
    }
  }
  return bytes;
}

}  // namespace handrail::matcher
