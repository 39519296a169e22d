#include "matcher/vocabulary.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

namespace handrail::matcher {
namespace {

constexpr std::size_t kFirstSlots = 1u << 12;
constexpr std::size_t kLettersBlock = 1u << 16;
constexpr int kLettersMax = 255;

std::size_t HashOf(std::string_view text) {
  return absl::Hash<absl::string_view>()(
      absl::string_view(text.data(), text.size()));
}

std::uint8_t CappedLetters(std::string_view text) {
  return static_cast<std::uint8_t>(std::min(LetterCount(text), kLettersMax));
}

// Those bits of a hash that do not choose the slot stand in it.
std::uint64_t SlotOf(WordId id, std::size_t hash) {
  return (static_cast<std::uint64_t>(hash) >> 32 << 32) | (id + 1);
}

// Taken by one thread at a time.
class Turn {
 public:
  explicit Turn(std::atomic_flag& flag) : flag_(flag) {
    while (flag_.test_and_set(std::memory_order_acquire)) flag_.wait(true);
  }
  ~Turn() {
    flag_.clear(std::memory_order_release);
    flag_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::atomic_flag& flag_;
};

}  // namespace

Lookup::Lookup(std::string text)
    : text_(std::move(text)),
      hash_(HashOf(text_)),
      letters_(CappedLetters(text_)) {}

Vocabulary& Vocabulary::OfListings() {
  static Vocabulary* const words = new Vocabulary;
  return *words;
}

Vocabulary::Vocabulary() {
  all_slots_.push_back(std::make_unique<Slots>(kFirstSlots));
  slots_ = all_slots_.back().get();
}

Vocabulary::~Vocabulary() = default;

std::optional<WordId> Vocabulary::FindHashed(std::string_view text,
                                             std::size_t hash) const {
  const auto& slots = slots_.load(std::memory_order_acquire)->slots;
  for (std::size_t at = hash & (slots.size() - 1);;
       at = (at + 1) & (slots.size() - 1)) {
    const std::uint64_t slot = slots[at].load(std::memory_order_acquire);
    if (slot == 0) return std::nullopt;
    const WordId id = static_cast<WordId>(slot) - 1;
    if (slot == SlotOf(id, hash) && Text(id) == text) return id;
  }
}

std::optional<WordId> Vocabulary::Add(std::string_view word) {
  const std::size_t hash = HashOf(word);
  std::optional<WordId> id = FindHashed(word, hash);
  if (id.has_value() && At(*id).is_word.load(std::memory_order_acquire)) {
    return id;
  }
  const Turn turn(adding_);
  id = AddText(word, hash);
  if (!id.has_value() || At(*id).is_word) return id;
  std::array<WordId, kLanguages> stems;
  for (const Language language : kAllLanguages) {
    const std::string stem = Stem(word, language);
    const std::optional<WordId> stem_id = AddText(stem, HashOf(stem));
    if (!stem_id.has_value()) return std::nullopt;
    stems[static_cast<std::size_t>(language)] = *stem_id;
  }
  Entry& entry = At(*id);
  for (std::size_t l = 0; l < stems.size(); ++l) {
    std::atomic<WordId>& newest = At(stems[l]).newest[l];
    entry.older[l] = newest;
    newest.store(*id, std::memory_order_release);
  }
  entry.is_word.store(true, std::memory_order_release);
  return id;
}

std::optional<WordId> Vocabulary::AddText(std::string_view text,
                                          std::size_t hash) {
  // Another thread may have added it since it was looked for.
  if (const auto known = FindHashed(text, hash)) return known;
  const WordId id = size_;
  if (id >= kWordIdsMax) return std::nullopt;
  if (id % kBlock == 0) {
    all_blocks_.push_back(std::make_unique<Entry[]>(kBlock));
    blocks_[id / kBlock].store(all_blocks_.back().get(),
                               std::memory_order_release);
  }
  Entry& entry = At(id);
  entry.text = Keep(text);
  entry.size = static_cast<std::uint32_t>(text.size());
  entry.letters = CappedLetters(text);
  if (!text.empty()) {
    entry.first = text.front();
    entry.last = text.back();
  }
  size_.store(id + 1, std::memory_order_release);
  if ((id + 1) * std::size_t{2} > all_slots_.back()->slots.size()) {
    Grow();
  } else {
    Place(*all_slots_.back(), id, hash);
  }
  return id;
}

const char* Vocabulary::Keep(std::string_view text) {
  if (text.size() > letters_left_) {
    letters_left_ = std::max(kLettersBlock, text.size());
    letters_.push_back(std::make_unique<char[]>(letters_left_));
    letter_bytes_ += letters_left_;
  }
  // Filled from the end.
  letters_left_ -= text.size();
  char* const kept = letters_.back().get() + letters_left_;
  text.copy(kept, text.size());
  return kept;
}

void Vocabulary::Place(Slots& slots, WordId id, std::size_t hash) {
  const std::size_t mask = slots.slots.size() - 1;
  std::size_t at = hash & mask;
  while (slots.slots[at].load(std::memory_order_relaxed) != 0) {
    at = (at + 1) & mask;
  }
  slots.slots[at].store(SlotOf(id, hash), std::memory_order_release);
}

void Vocabulary::Grow() {
  auto larger = std::make_unique<Slots>(all_slots_.back()->slots.size() * 2);
  for (WordId id = 0; id < size_; ++id) Place(*larger, id, HashOf(Text(id)));
  slots_.store(larger.get(), std::memory_order_release);
  all_slots_.push_back(std::move(larger));
}

bool Vocabulary::IsNear(const Lookup& text, WordId id) const {
  const Entry& entry = At(id);
  const int more = int{entry.letters} - int{text.letters_};
  if (more < -1 || more > 1 || entry.size == 0 || text.text_.empty()) {
    return false;
  }
  // Of words that are longer than one letter an edit leaves an end as it is.
  if (entry.first != text.text_.front() && entry.last != text.text_.back()) {
    return false;
  }
  return IsOneEditAway(text.text_, Text(id));
}

std::size_t Vocabulary::Bytes() const {
  const std::size_t entries = (size() + kBlock - 1) / kBlock * kBlock;
  return sizeof(*this) + entries * sizeof(Entry) +
         // With those outgrown.
         slots_.load()->slots.size() * 2 * sizeof(std::uint64_t) +
         letter_bytes_;
}

}  // namespace handrail::matcher
