// The facts of one listing, kept small: what a million rows hold of their
// profiles.
//
// A message for every fact takes some 250 bytes, most of them for a code that
// profile.proto lists and for a date that the facts of a listing share. Here
// most facts take six: the field, the answer, and numbers for the code and the
// date. What was taken out can be put back as it was.
//
//   const ProfileFacts facts = ProfileFacts::TakenFrom(profile);
//   const Reading reading = facts.Read(*field, value.code);
//   for (const Reading& entry : facts.All(*field)) …
//   facts.PutBack(profile);
//
// Constant once it is made; any number of threads may read. Readings point into
// it and into the register.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "handrail/v1/fact.pb.h"
#include "handrail/v1/profile.pb.h"
#include "matcher/fact_register.h"

namespace handrail::matcher {

class ProfileFacts {
 public:
  // What is recorded in one field, in stored order.
  class Readings;

  ProfileFacts() = default;
  // A view into one is not valid for a copy.
  ProfileFacts(ProfileFacts&&) = default;
  ProfileFacts& operator=(ProfileFacts&&) = default;

  // Takes every fact of the register out of `profile`, and groups that have
  // nothing else. What cannot be put back exactly (a set without entries, an
  // answer or a field that this program does not know) is read, and stays.
  static ProfileFacts TakenFrom(v1::RecoveryProfile& profile);

  // Puts all that was taken into what TakenFrom left.
  void PutBack(v1::RecoveryProfile& profile) const;

  // As matcher::Read.
  Reading Read(const FactField& field, std::string_view code = {}) const;

  // FactField::index of everything recorded, ascending; some more than once.
  std::span<const std::uint16_t> fields() const { return fields_; }

  // All that is recorded in a field.
  Readings All(const FactField& field) const;

  bool empty() const { return fields_.empty(); }

  // Keeps a date beside those of the facts and returns its number, never 0.
  // REQUIRES: nothing was read yet: dates may move.
  std::uint32_t KeepDate(const v1::Provenance& date);

  // The date with this number; null for 0.
  const v1::Provenance* Date(std::uint32_t number) const {
    return number == 0 ? nullptr : &dates_[number - 1];
  }

 private:
  // One fact. Numbers are 0 where there is nothing.
  struct Kept {
    std::uint32_t answer;
    std::uint32_t date;
    // kNumber: the number. kChoice, kSet: the place of the code in
    // FactField::codes; behind those, where in texts_ it stands.
    std::uint32_t value;
    // Where in texts_ the words stand.
    std::uint32_t words;
  };

  // A fact as most are: no words, small numbers. In any other, `date` is kWide
  // and `value` its place in wide_.
  struct Small {
    std::uint32_t answer : 2;
    std::uint32_t date : 6;
    std::uint32_t value : 24;
  };
  static constexpr std::uint32_t kWide = (1u << 6) - 1;

  void Add(const FactField& field, const Kept& kept);
  Kept KeptAt(std::size_t i) const;

  // Reads one field. False: it has to stay in its message.
  bool Keep(const FactField& field, const google::protobuf::Message& fact);
  // Returns false as Keep does.
  template <typename Fact>
  bool KeepOne(const FactField& field, const Fact& fact, std::uint32_t value);
  template <typename Fact>
  bool KeepCoded(const FactField& field, const Fact& fact);
  std::uint32_t KeepText(const std::string& text);
  // Of the field's facts, which are those from `first` to `last`.
  void PutBackField(const FactField& field, std::size_t first, std::size_t last,
                    google::protobuf::Message& group) const;
  template <typename Fact>
  void PutBackOne(std::size_t i, Fact& fact) const;
  std::string_view TextAt(std::uint32_t place) const;
  std::string_view CodeAt(const FactField& field, std::size_t i) const;
  Reading At(const FactField& field, std::size_t i) const;

  // Of each fact, FactField::index, ascending: small, so that a field that is
  // absent costs no look at the facts.
  std::vector<std::uint16_t> fields_;
  std::vector<Small> kept_;
  std::vector<Kept> wide_;
  // Words, and codes that the register does not list: each with its size before
  // it. The first byte is no text.
  std::string texts_;
  // Equal ones mostly once.
  std::vector<v1::Provenance> dates_;
};

class ProfileFacts::Readings {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Reading;
    using difference_type = std::ptrdiff_t;
    using pointer = const Reading*;
    using reference = Reading;

    Iterator(const Readings& readings, std::size_t i)
        : readings_(&readings), i_(i) {}
    Reading operator*() const {
      return readings_->facts_.At(readings_->field_, i_);
    }
    Iterator& operator++() {
      ++i_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) {
      return a.i_ == b.i_;
    }

   private:
    const Readings* readings_;
    std::size_t i_;
  };

  Iterator begin() const { return {*this, first_}; }
  Iterator end() const { return {*this, last_}; }
  bool empty() const { return first_ == last_; }
  std::size_t size() const { return last_ - first_; }

 private:
  friend class ProfileFacts;
  Readings(const ProfileFacts& facts, const FactField& field, std::size_t first,
           std::size_t last)
      : facts_(facts), field_(field), first_(first), last_(last) {}

  const ProfileFacts& facts_;
  const FactField& field_;
  std::size_t first_;
  std::size_t last_;
};

}  // namespace handrail::matcher
