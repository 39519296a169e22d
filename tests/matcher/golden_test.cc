// Golden cases: a small directory, a question, and the answer as a person would
// read it. `./dev golden --update` rewrites the answers (HANDRAIL_UPDATE_GOLDEN
// is set then); read the difference as a reviewer would.
//
// A case is a text file in tests/matcher/golden with parts that begin with a
// line "== …": "== listing ID TERM" (protobuf text of a Listing, "@2;" dates a
// fact two days ago), "== request" (protobuf text), "== answer".
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "tests/matcher/matching_kit.h"

namespace handrail::matcher {
namespace {

struct GoldenCase {
  std::string input;  // All before the answer, as it stands in the file.
  std::string answer;
  std::vector<v1::Listing> listings;
  v1::MatchRequest request;
};

void Finish(const std::string& head, const std::string& body, GoldenCase& c) {
  std::istringstream words(head);
  std::string mark, kind, id, term;
  words >> mark >> kind >> id >> term;
  if (kind == "listing") c.listings.push_back(MakeListing(id, term, body));
  if (kind == "request") {
    c.request = testing::ParseText<v1::MatchRequest>(body);
  }
}

GoldenCase Read(const std::filesystem::path& path) {
  GoldenCase c;
  std::istringstream lines(testing::ReadFile(path));
  std::string head, body;
  for (std::string line; std::getline(lines, line);) {
    if (line == "== answer") {
      Finish(head, body, c);
      std::ostringstream rest;
      rest << lines.rdbuf();
      c.answer = rest.str();
      return c;
    }
    c.input += line + "\n";
    if (line.starts_with("== ")) {
      Finish(head, body, c);
      head = line;
      body.clear();
    } else if (!line.starts_with("#")) {
      body += line + "\n";
    }
  }
  Finish(head, body, c);
  return c;
}

void RenderOption(const v1::Option& option, std::ostringstream& out) {
  out << option.listing().id() << ": " << v1::Verdict_Name(option.verdict());
  if (option.doubt() > 0) {
    out << " doubt " << option.doubt() << " x" << option.doubt_count();
  }
  out << ", " << option.points() << " points";
  if (option.distance_m() >= 0) out << ", " << option.distance_m() << " m";
  out << "\n";
  for (const v1::Component& c : option.explanation().components()) {
    out << "  " << c.name() << " " << c.points() << "/" << c.maximum() << " "
        << c.sentence() << "\n";
    for (const v1::Component& part : c.parts()) {
      out << "    " << part.name() << " " << part.points() << "/"
          << part.maximum() << " " << part.sentence() << "\n";
    }
  }
  for (const v1::Judgement& j : option.explanation().judgements()) {
    out << "  " << v1::JudgementState_Name(j.state()) << " " << j.rule() << ": "
        << j.sentence() << "\n";
  }
  for (const v1::Question& q : option.questions()) {
    out << "  ask (" << q.channel() << " " << q.contact() << "): " << q.text()
        << "\n";
  }
  for (const std::string& rule : option.their_rules()) {
    out << "  their rule: " << rule << "\n";
  }
  for (const std::string& thing : option.what_to_bring()) {
    out << "  bring: " << thing << "\n";
  }
  for (const v1::DatedFact& fact : option.facts()) {
    out << "  fact: " << fact.sentence() << "\n";
  }
  if (option.has_next()) out << "  next: " << option.next().words() << "\n";
}

std::string Render(const v1::MatchResponse& answer) {
  std::ostringstream out;
  for (const v1::CrisisBlock& block : answer.crisis()) {
    out << "crisis " << v1::CrisisKind_Name(block.kind()) << ": "
        << block.lead() << "\n";
  }
  for (const v1::NeedAnswer& need : answer.needs()) {
    out << "need: " << need.fits_count() << " fit, " << need.check_count()
        << " to check, " << need.does_not_fit_count() << " do not fit, "
        << need.place_unknown_count() << " without a place, within "
        << need.within_m() << " m\n";
    for (const v1::Option& option : need.options()) RenderOption(option, out);
  }
  return out.str();
}

TEST(GoldenTest, AnswersReadAsBefore) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(
           testing::SourceData("tests/matcher/golden"))) {
    if (entry.path().extension() == ".txt") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  ASSERT_FALSE(paths.empty());
  for (const std::filesystem::path& path : paths) {
    SCOPED_TRACE(path.filename().string());
    const GoldenCase c = Read(path);
    const std::string answer =
        Render(MatchOrDie(*MakeSnapshot(c.listings), c.request));
    if (std::getenv("HANDRAIL_UPDATE_GOLDEN") != nullptr) {
      testing::WriteFile(path, c.input + "== answer\n" + answer);
    } else {
      EXPECT_EQ(c.answer, answer);
    }
  }
}

}  // namespace
}  // namespace handrail::matcher
