#include "matcher/index/segment.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <utility>

#include "storage/base/check.h"

namespace handrail::matcher {
namespace {

// One can take part without going there, or it stands nowhere.
bool IsNearToEverybody(const Row& row) {
  return row.WithoutTravel() || !row.point.has_value();
}

// The first term a row has; behind all others where it has none.
TermIndex FirstTerm(const Row& row) {
  const TermSet terms = row.terms | row.broader_terms;
  return static_cast<TermIndex>(terms._Find_first());
}

// Every term with itself and all above it.
std::vector<TermSet> MakeAtOrAbove() {
  const Taxonomy& taxonomy = BuiltInTaxonomy();
  std::vector<TermSet> above(taxonomy.size());
  for (TermIndex ancestor = 0; ancestor < taxonomy.size(); ++ancestor) {
    const TermSet& below = taxonomy.SubTree(ancestor);
    for (TermIndex term = 0; term < taxonomy.size(); ++term) {
      if (below[term]) above[term].set(ancestor);
    }
  }
  return above;
}

// The terms that a row is at or below.
TermSet TermsAbove(const Row& row) {
  static const auto* const at_or_above =
      new std::vector<TermSet>(MakeAtOrAbove());
  const TermSet terms = row.terms | row.broader_terms;
  TermSet above;
  for (std::size_t term = terms._Find_first(); term < terms.size();
       term = terms._Find_next(term)) {
    above |= (*at_or_above)[term];
  }
  return above;
}

std::string_view IdOf(const RowPtr& row) { return row->listing.id(); }

// How many first bytes all ids have in common.
std::size_t CommonBeginning(const std::vector<std::string_view>& ids) {
  std::string_view common = ids.empty() ? std::string_view() : ids.front();
  for (const std::string_view id : ids) {
    const auto end =
        std::mismatch(common.begin(), common.end(), id.begin(), id.end()).first;
    common.remove_suffix(static_cast<std::size_t>(common.end() - end));
  }
  return common.size();
}

// Eight bytes of an id from here on, as a number: numbers stand in the order of
// the ids wherever they differ.
std::uint64_t EightBytes(std::string_view id, std::size_t from) {
  std::uint64_t eight = 0;
  for (std::size_t i = from; i < from + sizeof eight; ++i) {
    eight <<= 8;
    if (i < id.size()) eight |= static_cast<unsigned char>(id[i]);
  }
  return eight;
}

template <typename T>
std::size_t BytesOf(const std::vector<T>& column) {
  return column.capacity() * sizeof(T);
}

}  // namespace

std::shared_ptr<const Segment> Segment::Make(std::vector<RowPtr> rows,
                                             const SegmentSizes& sizes) {
  std::vector<Incoming> incoming;
  incoming.reserve(rows.size());
  for (RowPtr& row : rows) incoming.push_back({.row = std::move(row)});
  return Make(std::move(incoming), sizes);
}

std::shared_ptr<const Segment> Segment::Make(std::vector<Incoming> incoming,
                                             const SegmentSizes& sizes) {
  std::shared_ptr<Segment> segment(new Segment);
  const Order by_id = OrderById(incoming);
  // By place among the incoming: first the place in by_id, then the number.
  Order place(incoming.size());
  for (std::uint32_t i = 0; i < by_id.size(); ++i) place[by_id[i]] = i;
  segment->indexed_ = static_cast<int>(incoming.size()) >= sizes.indexed_min;
  Order order = by_id;
  if (segment->indexed_) {
    order = segment->SortIntoCells(incoming, sizes);
    segment->SortCellsByTerm(incoming, place, order);
  } else {
    segment->AddCellsEverywhere(static_cast<int>(order.size()), sizes.cell_max);
  }
  segment->TakeRows(incoming, order);
  if (segment->indexed_) {
    segment->FillTermRuns();
    segment->FillColumns(incoming, order);
  }
  for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  segment->by_id_.reserve(by_id.size());
  for (const std::uint32_t at : by_id) segment->by_id_.push_back(place[at]);
  if (segment->size() >= sizes.words_min) {
    segment->words_ = WordRuns::Of(segment->rows_);
  }
  return segment;
}

Segment::Order Segment::OrderById(const std::vector<Incoming>& incoming) {
  std::vector<std::string_view> ids;
  ids.reserve(incoming.size());
  for (const Incoming& one : incoming) ids.push_back(IdOf(one.row));
  // Ids stand all over the memory: what tells most of them apart is looked at
  // once, and sorted side by side.
  const std::size_t common = CommonBeginning(ids);
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keyed;
  keyed.reserve(ids.size());
  for (const std::string_view id : ids) {
    keyed.emplace_back(EightBytes(id, common),
                       static_cast<std::uint32_t>(keyed.size()));
  }
  std::sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first
                              : ids[a.second] < ids[b.second];
  });
  Order order;
  order.reserve(keyed.size());
  for (std::size_t i = 0; i < keyed.size(); ++i) {
    order.push_back(keyed[i].second);
    HANDRAIL_CHECK(i == 0 || keyed[i - 1].first != keyed[i].first ||
                   ids[order[i - 1]] != ids[order[i]]);
  }
  return order;
}

void Segment::AddCellsEverywhere(int rows, int cell_max) {
  for (int first = 0; first < rows; first += cell_max) {
    cells_.push_back(
        {.first = first, .size = std::min(cell_max, rows - first)});
  }
}

Segment::Order Segment::SortIntoCells(const std::vector<Incoming>& incoming,
                                      const SegmentSizes& sizes) {
  Order order, placed;
  std::vector<S2Point> points;
  for (std::uint32_t i = 0; i < incoming.size(); ++i) {
    const Row& row = *incoming[i].row;
    if (IsNearToEverybody(row)) {
      order.push_back(i);
    } else {
      placed.push_back(i);
      points.push_back(row.point->s2());
    }
  }
  const int everywhere = static_cast<int>(order.size());
  AddCellsEverywhere(everywhere, sizes.cell_max);
  Order in_cells(placed.size());
  std::iota(in_cells.begin(), in_cells.end(), 0);
  const std::vector<int> parts =
      PartIntoCells(points, sizes.cell_max, in_cells);
  std::vector<S2Point> sorted_points;
  sorted_points.reserve(points.size());
  order.reserve(incoming.size());
  for (const std::uint32_t i : in_cells) {
    order.push_back(placed[i]);
    sorted_points.push_back(points[i]);
  }
  int first = 0;
  for (const int size : parts) {
    cells_.push_back({.first = everywhere + first,
                      .size = size,
                      .circle = MapCircle::Around(
                          std::span(sorted_points).subspan(first, size))});
    first += size;
  }
  return order;
}

void Segment::SortCellsByTerm(const std::vector<Incoming>& incoming,
                              const Order& rank, Order& order) const {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> keyed;
  for (const Cell& cell : cells_) {
    keyed.clear();
    const std::span<std::uint32_t> in_cell =
        std::span(order).subspan(cell.first, cell.size);
    for (const std::uint32_t i : in_cell) {
      const auto term = static_cast<std::uint64_t>(FirstTerm(*incoming[i].row));
      keyed.emplace_back(term << 32 | rank[i], i);
    }
    std::sort(keyed.begin(), keyed.end());
    for (std::size_t i = 0; i < keyed.size(); ++i) {
      in_cell[i] = keyed[i].second;
    }
  }
}

void Segment::TakeRows(std::vector<Incoming>& incoming, const Order& order) {
  rows_.reserve(order.size());
  for (const std::uint32_t i : order) {
    rows_.push_back(std::move(incoming[i].row));
  }
}

void Segment::FillTermRuns() {
  const int terms = BuiltInTaxonomy().size();
  std::vector<std::vector<std::uint16_t>> runs(terms);
  for (const Cell& cell : cells_) {
    for (auto& run : runs) run.clear();
    for (int i = 0; i < cell.size; ++i) {
      const TermSet above = TermsAbove(*rows_[cell.first + i]);
      for (std::size_t term = above._Find_first(); term < above.size();
           term = above._Find_next(term)) {
        runs[term].push_back(static_cast<std::uint16_t>(i));
      }
    }
    for (const auto& run : runs) {
      run_first_.push_back(static_cast<std::uint32_t>(run_rows_.size()));
      run_rows_.insert(run_rows_.end(), run.begin(), run.end());
    }
    run_first_.push_back(static_cast<std::uint32_t>(run_rows_.size()));
  }
  run_rows_.shrink_to_fit();
  run_first_.shrink_to_fit();
}

void Segment::FillColumns(const std::vector<Incoming>& incoming,
                          const Order& order) {
  points_.reserve(rows_.size());
  state_.reserve(rows_.size());
  known_.Reserve(size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Incoming& one = incoming[order[i]];
    const Segment* const from = one.from;
    if (from != nullptr && from->indexed()) {
      points_.push_back(from->points_[one.number]);
      state_.push_back(from->state_[one.number]);
      known_.Add(from->known_, one.number);
      continue;
    }
    const Row& row = *rows_[i];
    points_.push_back(row.point.has_value() ? MapPoint::Of(row.point->s2())
                                            : MapPoint());
    state_.push_back(StateMark(row.state));
    known_.Add(row);
  }
}

std::optional<int> Segment::Find(std::string_view listing_id) const {
  const auto found =
      std::lower_bound(by_id_.begin(), by_id_.end(), listing_id,
                       [this](std::uint32_t number, std::string_view id) {
                         return IdOf(rows_[number]) < id;
                       });
  if (found == by_id_.end() || IdOf(rows_[*found]) != listing_id) {
    return std::nullopt;
  }
  return static_cast<int>(*found);
}

std::span<const std::uint16_t> Segment::AtOrBelow(int cell,
                                                  TermIndex term) const {
  const auto first =
      run_first_.begin() + cell * (BuiltInTaxonomy().size() + 1) + term;
  return std::span(run_rows_).subspan(first[0], first[1] - first[0]);
}

std::uint16_t Segment::StateMark(std::string_view state) {
  return static_cast<std::uint16_t>(std::hash<std::string_view>()(state));
}

std::size_t Segment::Bytes() const {
  return BytesOf(rows_) + BytesOf(by_id_) + BytesOf(cells_) +
         BytesOf(run_first_) + BytesOf(run_rows_) + BytesOf(points_) +
         BytesOf(state_) + known_.Bytes() +
         (words_ == nullptr ? 0 : words_->Bytes());
}

}  // namespace handrail::matcher
