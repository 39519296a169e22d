// Some rows of the directory in an order in which candidates are found fast.
//
// A segment never changes. Its rows stand in cells of up to a few thousand that
// lie together on the map (a row that has no place, or takes part without
// travel, lies in a cell that is near to everybody), and in a cell by kind of
// help. Each cell lists for every term of the taxonomy the rows at or below it,
// so that a need at any level is one run per cell. Columns say per row what
// is asked of every row; the row itself is opened for the few that are left.
//
// Rows are known here by their number, their place in this order.
//
//   const auto segment = Segment::Make(std::move(rows));
//   const std::optional<int> number = segment->Find("listing-1");
//
// Thread-safe: immutable.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "matcher/index/known_facts.h"
#include "matcher/index/map_cells.h"
#include "matcher/index/word_runs.h"
#include "matcher/row.h"

namespace handrail::matcher {

using RowPtr = std::shared_ptr<const Row>;

// How large the parts of a segment are. Only tests choose.
struct SegmentSizes {
  // Segments with fewer rows are not worth columns: their cells are near to
  // everybody, and every row is looked at.
  int indexed_min = 64;
  // Rows of a cell, at most kCellRowsMax.
  int cell_max = kCellRowsMax;
  // Segments with fewer rows have no runs of words: they are made while
  // somebody waits for an edit.
  int words_min = 1025;
};

class Segment {
 public:
  // Rows of one cell: numbers first … first + size - 1.
  struct Cell {
    int first = 0;
    int size = 0;
    // Absent: near to everybody.
    std::optional<MapCircle> circle;
  };

  // A row on its way into a segment.
  struct Incoming {
    RowPtr row;
    // The segment it comes from, whose columns are copied, and its number
    // there. Null: it comes from none.
    const Segment* from = nullptr;
    int number = 0;
  };

  // In any order. REQUIRES: no two have the same listing id, none is null.
  static std::shared_ptr<const Segment> Make(std::vector<RowPtr> rows,
                                             const SegmentSizes& sizes = {});
  // The same segment, made in less time where rows come from others.
  static std::shared_ptr<const Segment> Make(std::vector<Incoming> incoming,
                                             const SegmentSizes& sizes = {});

  int size() const { return static_cast<int>(rows_.size()); }
  const RowPtr& row(int number) const { return rows_[number]; }

  // The number of the listing's row.
  std::optional<int> Find(std::string_view listing_id) const;

  // Row numbers in the order of listing ids.
  const std::vector<std::uint32_t>& by_id() const { return by_id_; }

  // False: there are no columns, and every cell is near to everybody.
  bool indexed() const { return indexed_; }

  const std::vector<Cell>& cells() const { return cells_; }

  // Rows of the cell at or below the term, ascending, counted from the first
  // row of the cell. REQUIRES: indexed().
  std::span<const std::uint16_t> AtOrBelow(int cell, TermIndex term) const;

  // Null: there are no runs of words.
  const WordRuns* words() const { return words_.get(); }

  // Columns. REQUIRE: indexed().
  const MapPoint& point(int number) const { return points_[number]; }
  const KnownFacts& known() const { return known_; }
  // Whether the row can be in this state: always where it is.
  bool MayBeIn(std::uint16_t state, int number) const {
    return state_[number] == state;
  }
  // What MayBeIn compares.
  static std::uint16_t StateMark(std::string_view state);

  // Bytes held beside the rows.
  std::size_t Bytes() const;

 private:
  // The order in which rows come to stand: their places among the incoming.
  using Order = std::vector<std::uint32_t>;

  Segment() = default;

  // Places in the order of listing ids.
  static Order OrderById(const std::vector<Incoming>& incoming);
  // Cells of the first rows that are near to everybody.
  void AddCellsEverywhere(int rows, int cell_max);
  Order SortIntoCells(const std::vector<Incoming>& incoming,
                      const SegmentSizes& sizes);
  // `rank` has the place of each in the order of ids.
  void SortCellsByTerm(const std::vector<Incoming>& incoming, const Order& rank,
                       Order& order) const;
  void TakeRows(std::vector<Incoming>& incoming, const Order& order);
  void FillTermRuns();
  void FillColumns(const std::vector<Incoming>& incoming, const Order& order);

  std::vector<RowPtr> rows_;
  std::vector<std::uint32_t> by_id_;
  bool indexed_ = false;
  std::vector<Cell> cells_;
  // Of cell c and term t: run_rows_ from run_first_[c * (terms + 1) + t] to the
  // next.
  std::vector<std::uint32_t> run_first_;
  std::vector<std::uint16_t> run_rows_;
  std::vector<MapPoint> points_;
  std::vector<std::uint16_t> state_;
  KnownFacts known_;
  std::unique_ptr<const WordRuns> words_;
};

}  // namespace handrail::matcher
