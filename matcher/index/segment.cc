#include "matcher/index/segment.h"

#include <algorithm>
#include <functional>
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

template <typename T>
std::size_t BytesOf(const std::vector<T>& column) {
  return column.capacity() * sizeof(T);
}

}  // namespace

std::shared_ptr<const Segment> Segment::Make(std::vector<RowPtr> rows,
                                             const SegmentSizes& sizes) {
  std::shared_ptr<Segment> segment(new Segment(std::move(rows)));
  segment->indexed_ = segment->size() >= sizes.indexed_min;
  if (segment->indexed_) {
    segment->SortIntoCells(sizes);
    segment->SortCellsByTerm();
    segment->FillTermRuns();
    segment->FillColumns();
  } else {
    segment->AddCellsEverywhere(segment->size(), sizes.cell_max);
  }
  segment->FillById();
  if (segment->size() >= sizes.words_min) {
    segment->words_ = WordRuns::Of(segment->rows_);
  }
  return segment;
}

void Segment::AddCellsEverywhere(int rows, int cell_max) {
  for (int first = 0; first < rows; first += cell_max) {
    cells_.push_back(
        {.first = first, .size = std::min(cell_max, rows - first)});
  }
}

void Segment::SortIntoCells(const SegmentSizes& sizes) {
  const auto placed =
      std::partition(rows_.begin(), rows_.end(),
                     [](const RowPtr& row) { return IsNearToEverybody(*row); });
  const int everywhere = static_cast<int>(placed - rows_.begin());
  AddCellsEverywhere(everywhere, sizes.cell_max);
  std::vector<S2Point> points;
  std::vector<std::uint32_t> order;
  for (auto row = placed; row != rows_.end(); ++row) {
    order.push_back(static_cast<std::uint32_t>(points.size()));
    points.push_back((*row)->point->s2());
  }
  const std::vector<int> parts = PartIntoCells(points, sizes.cell_max, order);
  std::vector<RowPtr> sorted_rows;
  std::vector<S2Point> sorted_points;
  for (const std::uint32_t index : order) {
    sorted_rows.push_back(std::move(rows_[everywhere + index]));
    sorted_points.push_back(points[index]);
  }
  std::move(sorted_rows.begin(), sorted_rows.end(), placed);
  int first = 0;
  for (const int size : parts) {
    cells_.push_back({.first = everywhere + first,
                      .size = size,
                      .circle = MapCircle::Around(
                          std::span(sorted_points).subspan(first, size))});
    first += size;
  }
}

void Segment::SortCellsByTerm() {
  for (const Cell& cell : cells_) {
    const auto first = rows_.begin() + cell.first;
    std::sort(first, first + cell.size, [](const RowPtr& a, const RowPtr& b) {
      const TermIndex a_term = FirstTerm(*a);
      const TermIndex b_term = FirstTerm(*b);
      if (a_term != b_term) return a_term < b_term;
      return a->listing.id() < b->listing.id();
    });
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

void Segment::FillColumns() {
  points_.reserve(rows_.size());
  state_.reserve(rows_.size());
  for (const RowPtr& row : rows_) {
    points_.push_back(row->point.has_value() ? MapPoint::Of(row->point->s2())
                                             : MapPoint());
    state_.push_back(StateMark(row->state));
    known_.Add(*row);
  }
}

void Segment::FillById() {
  by_id_.resize(rows_.size());
  for (std::size_t i = 0; i < by_id_.size(); ++i) {
    by_id_[i] = static_cast<std::uint32_t>(i);
  }
  std::sort(by_id_.begin(), by_id_.end(),
            [this](std::uint32_t a, std::uint32_t b) {
              return rows_[a]->listing.id() < rows_[b]->listing.id();
            });
  for (std::size_t i = 1; i < by_id_.size(); ++i) {
    HANDRAIL_CHECK(rows_[by_id_[i - 1]]->listing.id() !=
                   rows_[by_id_[i]]->listing.id());
  }
}

std::optional<int> Segment::Find(std::string_view listing_id) const {
  const auto found = std::lower_bound(
      by_id_.begin(), by_id_.end(), listing_id,
      [this](std::uint32_t number, std::string_view id) {
        return std::string_view(rows_[number]->listing.id()) < id;
      });
  if (found == by_id_.end() || rows_[*found]->listing.id() != listing_id) {
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
