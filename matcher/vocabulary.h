// Every word that a listing ever had, each once, known by a number.
//
// A listing has about sixty words and a directory only so many different ones,
// so that bags and indexes hold numbers and the letters stand here: with the
// words that share a stem, which are worked out once a word and not once a
// listing. Whatever is found by number is found by text: numbers mean nothing,
// and an answer never depends on them.
//
//   Vocabulary& words = Vocabulary::OfListings();
//   const std::optional<WordId> id = words.Add("meetings");  // of a listing
//   const Lookup asked("meeting");                           // of a person
//   if (words.Find(asked) == id) …
//
// Only words of public listings are ever added, never what a person asks for.
// Nothing is forgotten while the program runs: a word takes some 150 bytes with
// its stems, less than three listings that hold it would take to hold it
// themselves, and the next start begins anew.
//
// Thread-safe. Who reads never waits; who adds a new word waits for others who
// do.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/text.h"

namespace handrail::matcher {

// The number of a text: of a word, or of a stem that may be no word.
using WordId = std::uint32_t;

// Numbers are less than this; words beyond are left out.
inline constexpr WordId kWordIdsMax = 1u << 30;

// A text to be looked up, and what tells at a glance that another word is no
// near spelling of it.
class Lookup {
 public:
  explicit Lookup(std::string text);

  const std::string& text() const { return text_; }

 private:
  friend class Vocabulary;

  std::string text_;
  std::size_t hash_;
  std::uint8_t letters_;
};

class Vocabulary {
 public:
  // The one of this process.
  static Vocabulary& OfListings();

  Vocabulary();
  ~Vocabulary();
  Vocabulary(const Vocabulary&) = delete;
  Vocabulary& operator=(const Vocabulary&) = delete;

  // The number of a normalised word of a listing, a new one where it has none.
  // Absent: there are no numbers left.
  std::optional<WordId> Add(std::string_view word);

  // The number of a word or of a stem; absent where no listing ever had it.
  std::optional<WordId> Find(const Lookup& text) const {
    return FindHashed(text.text_, text.hash_);
  }

  // REQUIRES (here and below): the number came from Add or Find.
  std::string_view Text(WordId id) const {
    const Entry& entry = At(id);
    return std::string_view(entry.text, entry.size);
  }

  // Calls visit(WordId) for each word that was added and has this stem.
  template <typename Visit>
  void ForEachWithStem(WordId stem, Language language,
                       const Visit& visit) const {
    const auto l = static_cast<std::size_t>(language);
    for (WordId id = At(stem).newest[l].load(std::memory_order_acquire);
         id != kNone; id = At(id).older[l]) {
      visit(id);
    }
  }

  // IsOneEditAway of the two texts.
  bool IsNear(const Lookup& text, WordId id) const;

  // All numbers are less.
  WordId size() const { return size_.load(std::memory_order_acquire); }

  // Bytes held.
  std::size_t Bytes() const;

 private:
  static constexpr WordId kNone = ~WordId{0};

  struct Entry {
    const char* text = nullptr;
    std::uint32_t size = 0;
    // At most 255.
    std::uint8_t letters = 0;
    char first = 0;
    char last = 0;
    // Not only a stem. Set last.
    std::atomic<bool> is_word = false;
    // By language, in a list: the newest word that has this text as its stem,
    // and the one before this word that has the same stem as it.
    std::array<std::atomic<WordId>, kLanguages> newest = {kNone, kNone};
    std::array<WordId, kLanguages> older = {kNone, kNone};
  };
  // Where entries stand by the hashes of their texts: open addressing, at most
  // half full. A slot holds part of the hash and the number plus one.
  struct Slots {
    explicit Slots(std::size_t size) : slots(size) {}
    std::vector<std::atomic<std::uint64_t>> slots;
  };

  // Entries of one block; blocks never move.
  static constexpr WordId kBlock = 1u << 14;

  Entry& At(WordId id) const {
    return blocks_[id / kBlock].load(std::memory_order_acquire)[id % kBlock];
  }
  std::optional<WordId> FindHashed(std::string_view text,
                                   std::size_t hash) const;

  // All below: while `adding_` is held.
  std::optional<WordId> AddText(std::string_view text, std::size_t hash);
  const char* Keep(std::string_view text);
  void Place(Slots& slots, WordId id, std::size_t hash);
  void Grow();

  std::array<std::atomic<Entry*>, kWordIdsMax / kBlock> blocks_ = {};
  std::atomic<WordId> size_ = 0;
  std::atomic<Slots*> slots_;

  // Held by who adds a new word.
  std::atomic_flag adding_;
  // Tables that were outgrown stay: somebody may still read them. Together they
  // are as large as the last.
  std::vector<std::unique_ptr<Slots>> all_slots_;
  std::vector<std::unique_ptr<Entry[]>> all_blocks_;
  std::vector<std::unique_ptr<char[]>> letters_;
  std::size_t letters_left_ = 0;
  std::atomic<std::size_t> letter_bytes_ = 0;
};

}  // namespace handrail::matcher
