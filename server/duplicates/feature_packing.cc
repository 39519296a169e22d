// Features as bytes. Both directions go through one list of fields, so that
// they cannot differ; the bytes never leave the process.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "server/duplicates/feature_store.h"
#include "storage/base/check.h"

namespace handrail::server {
namespace {

// Numbers seven bits a byte, the lowest first; texts and lists after their
// size.
class Writer {
 public:
  void Number(uint64_t number) {
    for (; number >= 0x80; number >>= 7) {
      bytes_.push_back(static_cast<char>(number | 0x80));
    }
    bytes_.push_back(static_cast<char>(number));
  }
  void operator()(const std::string& text) {
    Number(text.size());
    bytes_ += text;
  }
  void operator()(const bool& yes) { Number(yes ? 1 : 0); }
  void operator()(const int& number) { Number(static_cast<uint32_t>(number)); }
  void operator()(const int64_t& number) {
    Number(static_cast<uint64_t>(number));
  }
  void operator()(const TellingGroup& group) {
    Number(static_cast<uint64_t>(group));
  }
  void operator()(const std::optional<matcher::GeoPoint>& point) {
    (*this)(point.has_value());
    if (!point.has_value()) return;
    (*this)(static_cast<int>(point->latitude_e7()));
    (*this)(static_cast<int>(point->longitude_e7()));
  }
  void operator()(const matcher::TermSet& terms) {
    Number(terms.count());
    for (size_t term = terms._Find_first(); term < terms.size();
         term = terms._Find_next(term)) {
      Number(term);
    }
  }
  template <typename T, typename Visit>
  void List(const std::vector<T>& list, const Visit& visit) {
    Number(list.size());
    for (const T& item : list) visit(*this, item);
  }

  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  ~Reader() { HANDRAIL_CHECK(left_.empty()); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  uint64_t Number() {
    uint64_t number = 0;
    for (int shift = 0;; shift += 7) {
      HANDRAIL_CHECK(!left_.empty());
      const auto byte = static_cast<unsigned char>(left_.front());
      left_.remove_prefix(1);
      number |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (byte < 0x80) return number;
    }
  }
  void operator()(std::string& text) {
    const size_t size = Number();
    text = left_.substr(0, size);
    left_.remove_prefix(size);
  }
  void operator()(bool& yes) { yes = Number() != 0; }
  void operator()(int& number) {
    number = static_cast<int>(static_cast<uint32_t>(Number()));
  }
  void operator()(int64_t& number) { number = static_cast<int64_t>(Number()); }
  void operator()(TellingGroup& group) {
    group = static_cast<TellingGroup>(Number());
  }
  void operator()(std::optional<matcher::GeoPoint>& point) {
    point.reset();
    if (Number() == 0) return;
    int latitude_e7 = 0;
    int longitude_e7 = 0;
    (*this)(latitude_e7);
    (*this)(longitude_e7);
    point.emplace(latitude_e7, longitude_e7);
  }
  void operator()(matcher::TermSet& terms) {
    terms.reset();
    for (uint64_t left = Number(); left > 0; --left) terms.set(Number());
  }
  template <typename T, typename Visit>
  void List(std::vector<T>& list, const Visit& visit) {
    list.resize(Number());
    for (T& item : list) visit(*this, item);
  }

 private:
  std::string_view left_;
};

template <typename Archive, typename Strings>
void VisitStrings(Archive& archive, Strings& list) {
  archive.List(list, [](auto& in, auto& text) { in(text); });
}

template <typename Archive, typename Words>
void VisitWords(Archive& archive, Words& name) {
  archive.List(name.words, [](auto& in, auto& word) {
    in(word.text);
    in(word.weight);
  });
  VisitStrings(archive, name.numbers);
  archive.List(name.telling, [](auto& in, auto& telling) {
    in(telling.group);
    in(telling.word);
  });
}

// All but the id, and organization_texts, which are in its words.
template <typename Archive, typename Made>
void VisitFields(Archive& archive, Made& features) {
  archive(features.source);
  archive(features.confidential);
  archive(features.name);
  archive(features.organization);
  archive(features.address);
  VisitWords(archive, features.name_words);
  archive.List(features.other_names,
               [](auto& in, auto& name) { VisitWords(in, name); });
  VisitWords(archive, features.organization_words);
  VisitStrings(archive, features.city);
  archive(features.postal_code);
  archive(features.county);
  archive(features.street.house_first);
  archive(features.street.house_last);
  archive(features.street.direction);
  archive(features.street.name);
  archive(features.street.suffix);
  VisitStrings(archive, features.street.numbers);
  archive(features.point);
  archive(features.has_place);
  VisitStrings(archive, features.phones);
  archive(features.page);
  archive(features.web_site);
  archive(features.email);
  VisitStrings(archive, features.links);
  archive(features.terms);
  archive(features.terms_and_above);
  archive(features.is_meeting);
  VisitStrings(archive, features.times);
  archive(features.zone);
  archive(features.identity.own);
  archive(features.identity.place);
  VisitStrings(archive, features.identity.organization);
}

}  // namespace

std::string PackFeatures(const Features& features) {
  Writer writer;
  VisitFields(writer, features);
  return writer.Take();
}

void UnpackFeatures(std::string_view id, std::string_view packed,
                    Features& features) {
  features.id = id;
  Reader reader(packed);
  VisitFields(reader, features);
  features.organization_texts.resize(features.organization_words.words.size());
  for (size_t i = 0; i < features.organization_texts.size(); ++i) {
    features.organization_texts[i] = features.organization_words.words[i].text;
  }
}

Features UnpackFeatures(std::string_view id, std::string_view packed) {
  Features features;
  UnpackFeatures(id, packed, features);
  return features;
}

}  // namespace handrail::server
