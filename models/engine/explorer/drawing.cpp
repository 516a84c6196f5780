#include "models/engine/explorer/drawing.hpp"

#include <string_view>
#include <vector>

#include "models/engine/explorer/linear.hpp"

namespace hallmark::explorer_engine {
namespace {

constexpr int kColumn = 330;
constexpr int kRow = 34;
constexpr int kBox = 250;
constexpr int kBoxHeight = 22;
constexpr int kMargin = 30;

struct Point {
  int x;
  int y;
};

std::string number(int value) { return std::to_string(value); }

std::string_view name_of(AccessKind kind) {
  switch (kind) {
    case AccessKind::load: return "load";
    case AccessKind::store: return "store";
    case AccessKind::rmw: return "rmw";
    case AccessKind::cas: return "cas";
    case AccessKind::plain_read: return "plain read";
    case AccessKind::plain_write: return "plain write";
    case AccessKind::lock: return "lock";
    case AccessKind::try_lock: return "try lock";
    case AccessKind::unlock: return "unlock";
    case AccessKind::enter_wait: return "wait";
    case AccessKind::leave_wait: return "wake";
    case AccessKind::notify_one: return "notify one";
    case AccessKind::notify_all: return "notify all";
  }
  return "";
}

std::string caption(const GraphEvent& event) {
  std::string text =
      event.access.site != nullptr ? std::string(event.access.site->label) : std::string(name_of(event.access.kind));
  text = text.substr(text.find('.') + 1);
  text += " #" + std::to_string(event.access.location);
  if (event.access.site != nullptr) text += " [" + std::string(vocabulary::name_of(event.order)) + "]";
  text += event.is_write ? " := " : " = ";
  return text + std::to_string(static_cast<std::int64_t>(event.value));
}

std::string line(Point from, Point to, std::string_view style) {
  return "<line x1=\"" + number(from.x) + "\" y1=\"" + number(from.y) + "\" x2=\"" + number(to.x) + "\" y2=\"" +
         number(to.y) + "\" " + std::string(style) + "/>\n";
}

// From the side of one box to the side of another one that faces it; in one column, a bow at the right.
std::string arrow(Point from, Point to, std::string_view style) {
  if (from.x == to.x) {
    const int x = from.x + kBox;
    return "<path d=\"M " + number(x) + " " + number(from.y) + " C " + number(x + 40) + " " + number(from.y) + " " +
           number(x + 40) + " " + number(to.y) + " " + number(x) + " " + number(to.y) + "\" fill=\"none\" " +
           std::string(style) + "/>\n";
  }
  from.x += from.x < to.x ? kBox : 0;
  to.x += from.x < to.x ? 0 : kBox;
  return line(from, to, style);
}

constexpr std::string_view kHead =
    "<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" "
    "orient=\"auto\"><path d=\"M 0 0 L 10 5 L 0 10 z\"/></marker></defs>\n"
    "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n";

}  // namespace

std::string draw_graph_svg(const Graph& graph) {
  std::vector<EventId> order;
  linearize(graph, everything(graph), order);
  std::vector<Point> places(graph.size());
  for (std::size_t row = 0; row < order.size(); ++row) {
    places[order[row]] = {kMargin + kColumn * graph[order[row]].thread, 2 * kMargin + kRow * static_cast<int>(row)};
  }
  std::string edges, boxes;
  for (const EventId id : order) {
    const GraphEvent& event = graph[id];
    const Point at = places[id];
    if (event.position > 0) {
      const Point previous = places[graph.thread(event.thread)[event.position - 1u]];
      const int middle = at.x + kBox / 2;
      edges += line({middle, previous.y + kBoxHeight / 2}, {middle, at.y - kBoxHeight / 2}, "stroke=\"black\"");
    }
    if (!event.is_write && event.source != kInitial) {
      edges += arrow(places[event.source], at, "stroke=\"green\" class=\"rf\" marker-end=\"url(#head)\"");
    }
    if (event.is_write && event.earlier != kInitial) {
      edges += arrow(places[event.earlier], at,
                     "stroke=\"red\" class=\"mo\" stroke-dasharray=\"4 3\" marker-end=\"url(#head)\"");
    }
    boxes += "<rect x=\"" + number(at.x) + "\" y=\"" + number(at.y - kBoxHeight / 2) + "\" width=\"" + number(kBox) +
             "\" height=\"" + number(kBoxHeight) + "\" fill=\"white\" stroke=\"gray\"/>\n<text x=\"" +
             number(at.x + 6) + "\" y=\"" + number(at.y + 4) + "\">" + caption(event) + "</text>\n";
  }
  const int width = 2 * kMargin + kColumn * static_cast<int>(graph.threads());
  const int height = 3 * kMargin + kRow * static_cast<int>(order.size());
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + number(width) + "\" height=\"" +
                    number(height) + "\" font-family=\"monospace\" font-size=\"11\">\n" + std::string(kHead);
  for (std::size_t t = 0; t < graph.threads(); ++t) {
    svg += "<text x=\"" + number(kMargin + kColumn * static_cast<int>(t)) + "\" y=\"" + number(kMargin) +
           "\" font-weight=\"bold\">thread " + std::to_string(t) + "</text>\n";
  }
  return svg + edges + boxes + "</svg>\n";
}

}  // namespace hallmark::explorer_engine
