#include "node/plan_picture.hpp"

#include "base/strings.hpp"
#include "base/units.hpp"

#include <algorithm>
#include <map>

// All lengths are in SVG user units, which are pixels at the picture's own size.

namespace kiln::node {

namespace {

constexpr int kMargin = 16;
constexpr int kNodeWidth = 448;
constexpr int kNodesInRow = 2;
constexpr int kPadding = 12;
constexpr int kThread = 22;  // side of a CPU's square
constexpr int kCoreGap = 6;
constexpr int kLine = 18;
constexpr int kBar = 14;

// Colours that differ for every kind of sight, and in brightness on both papers (Okabe and Ito).
constexpr const char* kStyle = R"(<style>
  text { font: 12px system-ui, "DejaVu Sans", sans-serif; fill: #1a1a1a }
  .title { font-size: 16px; font-weight: 600 }
  .head { font-weight: 600 }
  .cpu { font-size: 9px; text-anchor: middle; fill: #000 }
  .paper { fill: #ffffff }
  .package { fill: none; stroke: #888888; stroke-dasharray: 4 3 }
  .node { fill: #f3f3f5; stroke: #888888 }
  .core { fill: none; stroke: #666666 }
  .isolated { fill: #e69f00 }
  .housekeeping { fill: #8fcaf0 }
  .offline { fill: #bbbbbb }
  .memory { fill: #d8d8dc }
  .pages { fill: #009e73 }
  @media (prefers-color-scheme: dark) {
    text { fill: #ececf0 }
    .cpu { fill: #000 }
    .paper { fill: #17171a }
    .node { fill: #242429 }
    .core { stroke: #a0a0a8 }
    .memory { fill: #4a4a52 }
  }
</style>
)";

std::string escaped(const std::string& text) {
    std::string out = replace_all(to_valid_utf8(text), "&", "&amp;");
    out = replace_all(replace_all(std::move(out), "<", "&lt;"), ">", "&gt;");
    return replace_all(std::move(out), "\"", "&quot;");
}

class Canvas {
public:
    void rect(const char* kind, int x, int y, int width, int height, int round = 0) {
        body_ += "<rect class=\"" + std::string(kind) + "\" x=\"" + std::to_string(x) + "\" y=\"" +
                 std::to_string(y) + "\" width=\"" + std::to_string(width) + "\" height=\"" +
                 std::to_string(height) + "\"" +
                 (round > 0 ? " rx=\"" + std::to_string(round) + "\"" : "") + "/>\n";
    }
    void text(const char* kind, int x, int y, const std::string& text) {
        body_ += "<text class=\"" + std::string(kind) + "\" x=\"" + std::to_string(x) + "\" y=\"" +
                 std::to_string(y) + "\">" + escaped(text) + "</text>\n";
    }
    /// A place in the drawing order, for a box whose height is known only when it is filled.
    std::size_t mark() const { return body_.size(); }
    void rect_at(std::size_t mark, const char* kind, int x, int y, int width, int height) {
        Canvas box;
        box.rect(kind, x, y, width, height, kCoreGap);
        body_.insert(mark, box.body_);
    }
    std::string finish(int width, int height) const {
        const std::string w = std::to_string(width);
        const std::string h = std::to_string(height);
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h +
               "\" viewBox=\"0 0 " + w + " " + h + "\">\n" + kStyle +
               "<rect class=\"paper\" width=\"" + w + "\" height=\"" + h + "\"/>\n" + body_ +
               "</svg>\n";
    }

private:
    std::string body_;
};

/// One core of a node: its threads.
using Cores = std::vector<CpuSet>;

Cores cores_of(const NodeFacts& facts, int node) {
    Cores cores;
    for (const CpuFacts& cpu : facts.cpus) {
        if (cpu.numa_node == node && *cpu.siblings.begin() == cpu.id) {
            cores.push_back(cpu.siblings);
        }
    }
    return cores;
}

int threads_of(const Cores& cores) {
    std::size_t most = 1;
    for (const CpuSet& core : cores) {
        most = std::max(most, core.size());
    }
    return static_cast<int>(most);
}

class Picture {
public:
    Picture(const NodePlan& plan, const NodeFacts& facts) : plan_(plan), facts_(facts) {}

    std::string draw() {
        const std::string machine =
            facts_.instance.type.empty() ? "this machine" : facts_.instance.type;
        y_ = kMargin + kLine;
        canvas_.text("title", kMargin, y_, plan_.profile + " on " + machine);
        y_ += kPadding;
        legend();
        packages();
        nics_without_node();
        const int width = 2 * kMargin + kNodesInRow * (kNodeWidth + kPadding) + kPadding;
        return canvas_.finish(width, y_ + kMargin);
    }

private:
    void legend() {
        struct Entry {
            const char* kind;
            std::string text;
        };
        const Entry entries[] = {
            {"isolated", "isolated: " + std::to_string(plan_.isolated.size()) + " CPUs"},
            {"housekeeping", "housekeeping: " + std::to_string(plan_.housekeeping.size())},
            {"pages", "hugepages"},
            {"memory", "other memory"}};
        int x = kMargin;
        for (const Entry& entry : entries) {
            canvas_.rect(entry.kind, x, y_, kBar, kBar, 2);
            canvas_.text("", x + kBar + kCoreGap, y_ + kBar - 3, entry.text);
            constexpr int column = 200;
            x += column;
        }
        y_ += kLine + kPadding;
    }

    /// The socket that holds a node's CPUs; nodes without CPUs stand apart.
    int package_of(const NumaNodeFacts& node) const {
        for (const CpuFacts& cpu : facts_.cpus) {
            if (cpu.numa_node == node.id && cpu.package >= 0) {
                return cpu.package;
            }
        }
        return -1;
    }

    void packages() {
        std::map<int, std::vector<const NumaNodeFacts*>> by_package;
        for (const NumaNodeFacts& node : facts_.nodes) {
            by_package[package_of(node)].push_back(&node);
        }
        // Sockets of one node each stand side by side, two in a row.
        int column = 0;
        int row_height = 0;
        for (const auto& [package, nodes] : by_package) {
            const int columns = std::min<int>(kNodesInRow, static_cast<int>(nodes.size()));
            if (column + columns > kNodesInRow) {
                y_ += row_height + kPadding;
                column = row_height = 0;
            }
            const int x = kMargin + column * (kNodeWidth + kPadding + kPadding);
            row_height = std::max(row_height, draw_package(package, nodes, x, columns));
            column += columns;
        }
        y_ += row_height + kPadding;
    }

    int draw_package(
        int package, const std::vector<const NumaNodeFacts*>& nodes, int x, int columns
    ) {
        int y = y_ + kLine + kPadding / 2;
        int row_height = 0;
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            const int column = static_cast<int>(i) % columns;
            if (column == 0 && i > 0) {
                y += row_height + kPadding;
                row_height = 0;
            }
            const int left = x + kPadding / 2 + column * (kNodeWidth + kPadding);
            row_height = std::max(row_height, draw_node(*nodes[i], left, y));
        }
        const int height = y + row_height + kPadding / 2 - y_;
        const int width = columns * kNodeWidth + (columns - 1) * kPadding + kPadding;
        canvas_.rect("package", x, y_, width, height, 6);
        canvas_.text(
            "head",
            x + kPadding,
            y_ + kLine - 2,
            package < 0 ? "no CPUs" : "socket " + std::to_string(package)
        );
        return height;
    }

    int draw_node(const NumaNodeFacts& node, int x, int top) {
        const int inner = x + kPadding;
        int y = top + kLine;
        const std::size_t under = canvas_.mark();
        canvas_.text(
            "head",
            inner,
            y,
            "NUMA node " + std::to_string(node.id) + ", " +
                (node.memory_kib > 0 ? format_bytes(node.memory_kib * kKiB) : "no memory")
        );
        y += kPadding;
        y = draw_cores(cores_of(facts_, node.id), inner, y);
        y = draw_pages(node, inner, y);
        y = draw_nics(node.id, inner, y);
        canvas_.rect_at(under, "node", x, top, kNodeWidth, y - top);
        return y - top;
    }

    const char* role_of(int cpu) const {
        if (!facts_.online.contains(cpu)) {
            return "offline";
        }
        return plan_.isolated.contains(cpu) ? "isolated" : "housekeeping";
    }

    int draw_cores(const Cores& cores, int x, int y) {
        if (cores.empty()) {
            return y;
        }
        const int core_width = threads_of(cores) * kThread + kCoreGap;
        const int in_row =
            std::max(1, (kNodeWidth - 2 * kPadding + kCoreGap) / (core_width + kCoreGap));
        int column = 0;
        for (const CpuSet& core : cores) {
            if (column == in_row) {
                column = 0;
                y += kThread + 2 * kCoreGap;
            }
            const int left = x + column * (core_width + kCoreGap);
            canvas_.rect("core", left, y, core_width, kThread + kCoreGap, 3);
            int at = left + kCoreGap / 2;
            for (const int cpu : core) {
                canvas_.rect(role_of(cpu), at, y + kCoreGap / 2, kThread - 1, kThread, 2);
                canvas_.text("cpu", at + kThread / 2, y + kThread - 4, std::to_string(cpu));
                at += kThread;
            }
            ++column;
        }
        return y + kThread + 2 * kCoreGap + kCoreGap;
    }

    int draw_pages(const NumaNodeFacts& node, int x, int y) {
        if (node.memory_kib <= 0) {
            return y;
        }
        const int width = kNodeWidth - 2 * kPadding;
        std::int64_t taken_kib = 0;
        std::vector<std::string> words;
        for (const PlannedPages& pages : plan_.pages) {
            if (pages.node == node.id) {
                taken_kib += pages.count * pages.size_kib;
                words.push_back(
                    std::to_string(pages.count) + " pages of " + page_size_name(pages.size_kib) +
                    " of " + std::to_string(pages.room) + " that fit"
                );
            }
        }
        canvas_.rect("memory", x, y, width, kBar, 2);
        if (taken_kib > 0) {
            const auto filled = static_cast<int>(taken_kib * width / node.memory_kib);
            canvas_.rect("pages", x, y, std::clamp(filled, 2, width), kBar, 2);
        }
        y += kBar + kLine;
        canvas_.text("", x, y - 3, words.empty() ? "no hugepages planned" : join(words, "; "));
        return y + kCoreGap;
    }

    std::string nic_text(const NicFacts& nic) const {
        std::string text = nic.address + " " + nic.vendor + ":" + nic.device;
        for (const InterfaceFacts& interface : nic.interfaces) {
            text += " " + interface.name;
        }
        for (const PlannedNic& planned : plan_.nics) {
            if (planned.address == nic.address) {
                text += planned.driver.empty() ? "" : " \u2192 " + planned.driver;
                text += planned.resource.empty() ? "" : " (" + planned.resource + ")";
                return text;
            }
        }
        return text + ", stays" + (nic.carries.empty() ? "" : ": carries " + nic.carries);
    }

    bool is_planned(const NicFacts& nic) const {
        return std::any_of(plan_.nics.begin(), plan_.nics.end(), [&](const PlannedNic& planned) {
            return planned.address == nic.address;
        });
    }

    int draw_nics(int node, int x, int y) {
        for (const NicFacts& nic : facts_.nics) {
            if (nic.numa_node == node) {
                canvas_.rect(
                    is_planned(nic) ? "isolated" : "housekeeping", x, y + 2, kBar - 2, kBar - 2, 6
                );
                canvas_.text("", x + kBar + kCoreGap, y + kBar - 2, nic_text(nic));
                y += kLine;
            }
        }
        return y + kPadding / 2;
    }

    void nics_without_node() {
        const bool any = std::any_of(facts_.nics.begin(), facts_.nics.end(), [&](const auto& nic) {
            return facts_.find_node(nic.numa_node) == nullptr;
        });
        if (!facts_.knows_nics) {
            canvas_.text("", kMargin, y_ + kBar, "NICs come with the node");
            y_ += kLine + kPadding;
        } else if (any) {
            canvas_.text("head", kMargin, y_ + kBar, "NICs that do not tell their NUMA node");
            y_ = draw_nics(-1, kMargin, y_ + kLine + kCoreGap);
        }
    }

    const NodePlan& plan_;
    const NodeFacts& facts_;
    Canvas canvas_;
    int y_ = 0;
};

}  // namespace

std::string draw_plan(const NodePlan& plan, const NodeFacts& facts) {
    return Picture(plan, facts).draw();
}

}  // namespace kiln::node
