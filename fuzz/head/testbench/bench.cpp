// A bus master, two stream partners and a checker of the protocol's rules around
// the head. Reads steps from standard input, answers each with the order in which
// things took effect; package head has the words of both. What an answer means
// is decided there: nothing here knows the head's arithmetic.
#include "Vhead.h"
#include "verilated.h"
#include "verilated_syms.h"
#if VM_COVERAGE
#include "verilated_cov.h"
#endif

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr uint32_t kNone = 0xffffffffu;
constexpr uint32_t kMore = 0x80000000u; // at a step's length: others follow in the message

enum Event : uint32_t { kWrite = 1, kRead = 2, kIn = 3, kOut = 4, kReset = 5 };

enum Status : uint32_t {
    kDone = 0,
    kHang = 1,
    kValidDropped = 2,
    kPayloadChanged = 3,
    kUnasked = 4,
    kValidInReset = 5,
    kCombinational = 6,
};

// What the head shows in one cycle.
struct Pins {
    bool awready, wready, arready, tready, bvalid, rvalid, mvalid, mlast;
    uint32_t bresp, rdata, rresp, mdata;
};

struct BusWrite { uint32_t address, data, strobe, aw_delay, w_delay; };
struct BusRead { uint32_t address, delay; };
struct Beat { uint32_t data, last, gap; };

// One step, in the order of its words.
struct Step {
    uint32_t quiet, linger, reset_at, reset_for, outs;
    uint64_t out_mask, b_mask, r_mask;
    uint32_t out_limit, out_hold_at, in_hold_at, bus_after_in, bus_after_out;
    std::vector<BusWrite> writes;
    std::vector<BusRead> reads;
    std::vector<Beat> beats;
    uint32_t images; // what the counter of images is given after a reset; 0 is nothing
};

class Bench {
  public:
    explicit Bench(uint64_t seed) {
        // The model's random values are drawn from the thread's context.
        Verilated::threadContextp(&context_);
        context_.randReset(2);
        context_.randSeed(static_cast<int>(seed));
        top_ = std::make_unique<Vhead>(&context_, "top");
        quietInputs();
        top_->resetn = 0;
        for (int i = 0; i < 2; i++) clock();
        top_->resetn = 1;
        pins_ = sample();
    }

    ~Bench() { top_->final(); }

    void run(const Step& s, std::vector<uint32_t>& answer);

  private:
    VerilatedContext context_;
    std::unique_ptr<Vhead> top_;
    Pins pins_{};
    uint32_t aw_open_ = 0, w_open_ = 0, ar_open_ = 0; // accepted and not answered

    void clock() {
        top_->clk = 1;
        top_->eval();
        top_->clk = 0;
        top_->eval();
    }

    // The register that counts images, which the build has made known by its name.
    uint32_t* counter() const {
        const VerilatedScopeNameMap* const scopes = Verilated::scopeNameMap();
        if (scopes) {
            for (const auto& s : *scopes) {
                if (VerilatedVar* const v = s.second->varFind("images")) return static_cast<uint32_t*>(v->datap());
            }
        }
        return nullptr;
    }

    void quietInputs() {
        top_->clk = 0;
        top_->s_axi_awvalid = top_->s_axi_wvalid = top_->s_axi_bready = 0;
        top_->s_axi_arvalid = top_->s_axi_rready = 0;
        top_->s_axis_tvalid = top_->m_axis_tready = 0;
    }

    Pins sample() const {
        const Vhead& t = *top_;
        return {bool(t.s_axi_awready), bool(t.s_axi_wready), bool(t.s_axi_arready), bool(t.s_axis_tready),
                bool(t.s_axi_bvalid), bool(t.s_axi_rvalid), bool(t.m_axis_tvalid), bool(t.m_axis_tlast),
                t.s_axi_bresp, t.s_axi_rdata, t.s_axi_rresp, t.m_axis_tdata};
    }
};

bool sameControl(const Pins& a, const Pins& b) {
    return a.awready == b.awready && a.wready == b.wready && a.arready == b.arready && a.tready == b.tready &&
           a.bvalid == b.bvalid && a.rvalid == b.rvalid && a.mvalid == b.mvalid;
}

// Equal events in a row are counted, not repeated: a program has a hundred
// thousand writes.
void log(std::vector<uint32_t>& events, uint32_t kind, uint32_t a, uint32_t b) {
    size_t n = events.size();
    bool countable = kind == kIn || (kind == kWrite && a == 0);
    if (countable && n >= 3 && events[n - 3] == kind && events[n - 2] == a) {
        events[n - 1]++;
        return;
    }
    events.push_back(kind);
    events.push_back(a);
    events.push_back(countable ? 1 : b);
}

void Bench::run(const Step& s, std::vector<uint32_t>& answer) {
    std::vector<uint32_t> events;
    size_t aw = 0, w = 0, ar = 0, beat = 0, b_seen = 0, r_seen = 0, outs = 0;
    uint32_t aw_wait = 0, w_wait = 0, ar_wait = 0, gap = 0;
    uint32_t silent = 0, idle = 0, cycle = 0;
    uint32_t waited = 0; // cycles that the logit has been shown for
    uint32_t status = kDone;
    uint32_t seen = 0; // who waited, and for whom; package head names the bits
    Vhead& t = *top_;

    auto fresh = [&] {
        if (aw < s.writes.size()) aw_wait = s.writes[aw].aw_delay;
    };
    fresh();
    if (!s.writes.empty()) w_wait = s.writes[0].w_delay;
    if (!s.reads.empty()) ar_wait = s.reads[0].delay;
    if (!s.beats.empty()) gap = s.beats[0].gap;

    // A valid that was not taken must be shown again.
    bool aw_on = false, w_on = false, ar_on = false, in_on = false;

    for (;; cycle++) {
        bool bus_done = b_seen == s.writes.size() && r_seen == s.reads.size();
        bool all_done = bus_done && beat == s.beats.size() && outs >= s.outs;
        if (s.reset_at != kNone && cycle >= s.reset_at) break;
        if (s.reset_at == kNone && all_done && idle++ >= s.linger) break;
        if (s.reset_at == kNone && silent > s.quiet) {
            status = kHang;
            break;
        }

        bool bus_on = beat >= s.bus_after_in && outs >= s.bus_after_out;
        if (!aw_on && bus_on && aw < s.writes.size()) {
            if (aw_wait == 0) aw_on = true;
            else aw_wait--;
        }
        if (!w_on && bus_on && w < s.writes.size()) {
            if (w_wait == 0) w_on = true;
            else w_wait--;
        }
        if (!ar_on && bus_on && ar < s.reads.size()) {
            if (ar_wait == 0) ar_on = true;
            else ar_wait--;
        }
        if (!in_on && beat < s.beats.size() && (beat != s.in_hold_at || bus_done)) {
            if (gap == 0) in_on = true;
            else gap--;
        }

        t.s_axi_awvalid = aw_on;
        if (aw_on) t.s_axi_awaddr = s.writes[aw].address;
        t.s_axi_wvalid = w_on;
        if (w_on) {
            t.s_axi_wdata = s.writes[w].data;
            t.s_axi_wstrb = s.writes[w].strobe;
        }
        t.s_axi_arvalid = ar_on;
        if (ar_on) t.s_axi_araddr = s.reads[ar].address;
        t.s_axis_tvalid = in_on;
        if (in_on) {
            t.s_axis_tdata = s.beats[beat].data;
            t.s_axis_tlast = s.beats[beat].last;
        }
        t.s_axi_bready = s.b_mask >> (cycle & 63) & 1;
        t.s_axi_rready = s.r_mask >> (cycle & 63) & 1;
        bool out_held = outs >= s.out_limit || (outs == s.out_hold_at && !bus_done);
        t.m_axis_tready = out_held ? 0 : s.out_mask >> (cycle & 63) & 1;
        t.eval();
        const Pins now = sample();
        if (!sameControl(now, pins_)) {
            status = kCombinational;
            break;
        }

        bool aw_go = aw_on && now.awready, w_go = w_on && now.wready, ar_go = ar_on && now.arready;
        bool in_go = in_on && now.tready, b_go = now.bvalid && t.s_axi_bready, r_go = now.rvalid && t.s_axi_rready;
        bool out_go = now.mvalid && t.m_axis_tready;
        const bool b_wait = now.bvalid && !b_go, r_wait = now.rvalid && !r_go;
        const bool out_wait = now.mvalid && !out_go, in_wait = in_on && !in_go;
        const bool stalls[] = {
            b_wait && now.bresp == 0, b_wait && now.bresp != 0, r_wait && now.rresp == 0, r_wait && now.rresp != 0,
            b_wait && r_wait, b_wait && aw_open_ > 0 && w_open_ > 0, r_wait && ar_open_ > 0,
            b_wait && in_wait, b_wait && out_wait, r_wait && in_wait, r_wait && out_wait,
            in_wait && out_wait, aw_open_ > w_open_, w_open_ > aw_open_,
        };
        for (size_t i = 0; i < sizeof stalls / sizeof stalls[0]; i++) seen |= uint32_t(stalls[i]) << i;
        silent = (aw_go || w_go || ar_go || in_go || b_go || r_go || out_go) ? 0 : silent + 1;

        clock();
        const Pins next = sample();
        pins_ = next;
        aw_open_ += aw_go;
        w_open_ += w_go;
        ar_open_ += ar_go;

        // Responses come into being on the edge, decided on what was before it;
        // stream beats take effect on it.
        if (next.bvalid && (!now.bvalid || b_go)) {
            if (aw_open_ == 0 || w_open_ == 0) {
                status = kUnasked;
                break;
            }
            aw_open_--;
            w_open_--;
            log(events, kWrite, next.bresp, 0);
        }
        if (next.rvalid && (!now.rvalid || r_go)) {
            if (ar_open_ == 0) {
                status = kUnasked;
                break;
            }
            ar_open_--;
            log(events, kRead, next.rresp, next.rdata);
        }
        if (in_go) log(events, kIn, 0, 0);
        if (out_go) {
            log(events, kOut, now.mlast | waited << 1, now.mdata);
            outs++;
        }
        waited = now.mvalid && !out_go ? waited + 1 : 0;

        if ((now.bvalid && !b_go && !next.bvalid) || (now.rvalid && !r_go && !next.rvalid) ||
            (now.mvalid && !out_go && !next.mvalid)) {
            status = kValidDropped;
            break;
        }
        if ((now.bvalid && !b_go && next.bresp != now.bresp) ||
            (now.rvalid && !r_go && (next.rdata != now.rdata || next.rresp != now.rresp)) ||
            (now.mvalid && !out_go && (next.mdata != now.mdata || next.mlast != now.mlast))) {
            status = kPayloadChanged;
            break;
        }

        if (aw_go) {
            aw_on = false;
            aw++;
            fresh();
        }
        if (w_go) {
            w_on = false;
            w++;
            if (w < s.writes.size()) w_wait = s.writes[w].w_delay;
        }
        if (ar_go) {
            ar_on = false;
            ar++;
            if (ar < s.reads.size()) ar_wait = s.reads[ar].delay;
        }
        if (in_go) {
            in_on = false;
            beat++;
            if (beat < s.beats.size()) gap = s.beats[beat].gap;
        }
        b_seen += b_go;
        r_seen += r_go;
    }

    if (status == kDone && s.reset_at != kNone) {
        seen |= uint32_t(pins_.bvalid) << 14 | uint32_t(pins_.rvalid) << 15 | uint32_t(pins_.mvalid) << 16;
        quietInputs();
        t.resetn = 0;
        for (uint32_t i = 0; i < s.reset_for; i++) {
            clock();
            pins_ = sample();
            if (pins_.bvalid || pins_.rvalid || pins_.mvalid) status = kValidInReset;
        }
        t.resetn = 1;
        if (s.images != 0) {
            uint32_t* const images = counter();
            if (!images) {
                std::fprintf(stderr, "this head's counter of images cannot be written\n");
                std::exit(3);
            }
            *images = s.images;
        }
        t.eval();
        pins_ = sample();
        aw_open_ = w_open_ = ar_open_ = 0;
        log(events, kReset, 0, 0);
    }

    answer.clear();
    answer.push_back(status);
    answer.push_back(cycle);
    answer.push_back(seen);
    answer.push_back(static_cast<uint32_t>(events.size() / 3));
    answer.insert(answer.end(), events.begin(), events.end());
}

bool readAll(void* to, size_t bytes) { return std::fread(to, 1, bytes, stdin) == bytes; }

class Words {
  public:
    explicit Words(const std::vector<uint32_t>& words) : words_(words) {}
    uint32_t next() {
        if (at_ >= words_.size()) {
            std::fprintf(stderr, "step ends early, at word %zu\n", at_);
            std::exit(3);
        }
        return words_[at_++];
    }
    uint64_t next64() {
        uint64_t low = next();
        return low | uint64_t(next()) << 32;
    }

  private:
    const std::vector<uint32_t>& words_;
    size_t at_ = 0;
};

Step parse(const std::vector<uint32_t>& words) {
    Words in(words);
    Step s;
    s.quiet = in.next();
    s.linger = in.next();
    s.reset_at = in.next();
    s.reset_for = in.next();
    s.outs = in.next();
    s.out_mask = in.next64();
    s.b_mask = in.next64();
    s.r_mask = in.next64();
    s.out_limit = in.next();
    s.out_hold_at = in.next();
    s.in_hold_at = in.next();
    s.bus_after_in = in.next();
    s.bus_after_out = in.next();
    s.writes.resize(in.next());
    s.reads.resize(in.next());
    s.beats.resize(in.next());
    s.images = in.next();
    for (auto& w : s.writes) {
        w.address = in.next();
        w.data = in.next();
        uint32_t rest = in.next();
        w.strobe = rest & 15;
        w.aw_delay = rest >> 8 & 255;
        w.w_delay = rest >> 16 & 255;
    }
    for (auto& r : s.reads) {
        r.address = in.next();
        r.delay = in.next();
    }
    for (auto& b : s.beats) {
        uint32_t rest = in.next();
        b.data = rest & 255;
        b.last = rest >> 8 & 1;
        b.gap = rest >> 16;
    }
    return s;
}

} // namespace

// Arguments: the seed of what registers and memories hold at power-up, and,
// where coverage is built in, the file that it is written to at the end.
int main(int argc, char** argv) {
    Bench bench(argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 0);
    std::vector<uint32_t> words, answer, answers;
    uint32_t count;
    bool broken = false; // a step of the message has failed, and the others are left out
    while (readAll(&count, sizeof count)) {
        const bool more = count & kMore;
        count &= ~kMore;
        words.resize(count);
        if (!readAll(words.data(), count * sizeof words[0])) return 3;
        if (!broken) {
            bench.run(parse(words), answer);
            answers.push_back(static_cast<uint32_t>(answer.size()));
            answers.insert(answers.end(), answer.begin(), answer.end());
            broken = answer[0] != kDone;
        }
        // Until the message is read to its end, nobody reads the answers.
        if (more) continue;
        std::fwrite(answers.data(), sizeof answers[0], answers.size(), stdout);
        if (std::fflush(stdout) != 0) return 4;
        answers.clear();
        broken = false;
    }
#if VM_COVERAGE
    if (argc > 2) VerilatedCov::write(argv[2]);
#endif
    return 0;
}
