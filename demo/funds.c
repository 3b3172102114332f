#include "demo/funds.h"

enum { EASTMARCH = 0, LENBOROUGH = 2, BIDS = 6, WON = 3, AWARDED_PENCE = 108760000, MATCHED_PENCE = 60000000 };

static const struct {
    const char *name, *kind;
} organisations[] = {
    {"Holmsey Teaching School Alliance", "tsa"},
    {"Wren Academies Trust", "mat"},
    {"Saltmere Teaching School Alliance", "tsa"},
    {"Eastmarch County", "la"},
};
enum { ORGANISATIONS = sizeof organisations / sizeof *organisations };

static const char *const titles[BIDS] = {"Reading in small primaries", "Mathematics from 9 to 13",
    "Leaders of early years", "Attendance on the coast", "Writing across subjects", "Middle leaders of science"};

void funds_write_organisations(struct calls *c, int authority)
{
    for (int i = 0; authority == EASTMARCH && i < ORGANISATIONS; i++) {
        line_begin(c, authority, "Funds/AddOrganisation", "organisation", i + 1);
        fprintf(c->file, "\"name\":\"%s\",\"kind\":\"%s\"}}\n", organisations[i].name, organisations[i].kind);
    }
}

void funds_write_funds(struct calls *c, int authority)
{
    if (authority != EASTMARCH && authority != LENBOROUGH)
        return;
    line_begin(c, authority, "Funds/AddFund", "fund", 1);
    if (authority == EASTMARCH)
        fputs("\"name\":\"School improvement bids\",\"funder\":\"DfE\",\"purpose\":\"Schools most in need\"}}\n",
            c->file);
    else
        fputs("\"name\":\"Strategic alliance\",\"purpose\":\"Mathematics across the city\"}}\n", c->file);
}

void funds_write_rounds(struct calls *c, int authority)
{
    static const char *const days[][2] = {{"2017-04-01", "2017-06-30"}, {"2017-09-01", "2017-10-20"}};
    for (int i = 0; authority == EASTMARCH && i < 2; i++) {
        line_begin(c, authority, "Funds/OpenRound", "round", i + 1);
        line_refer(c, authority, "fund_id", "fund", 1);
        fprintf(c->file, "\"number\":%d,\"opens_on\":\"%s\",\"closes_on\":\"%s\",\"last_resort\":%s}}\n", i + 1,
            days[i][0], days[i][1], i ? "true" : "false");
    }
}

void funds_write_bids(struct calls *c, int authority)
{
    for (int i = 0; authority == EASTMARCH && i < BIDS; i++) {
        line_begin(c, authority, "Funds/AddBid", "bid", i + 1);
        line_refer(c, authority, "round_id", "round", 1);
        line_refer(c, authority, "lead", "organisation", i % WON + 1);
        fprintf(c->file, "\"title\":\"%s\"}}\n", titles[i]);
    }
}

void funds_write_submitted(struct calls *c, int authority)
{
    for (int i = 0; authority == EASTMARCH && i < BIDS; i++) {
        line_begin(c, authority, "Funds/SubmitBid", NULL, 0);
        line_refer(c, authority, "bid_id", "bid", i + 1);
        fputs("\"version\":1,\"submitted_on\":\"2017-06-20\"}}\n", c->file);
    }
}

void funds_write_decided(struct calls *c, int authority)
{
    for (int i = 0; authority == EASTMARCH && i < BIDS; i++) {
        line_begin(c, authority, "Funds/DecideBid", NULL, 0);
        line_refer(c, authority, "bid_id", "bid", i + 1);
        fprintf(c->file, "\"version\":2,\"outcome\":\"%s\",\"decided_on\":\"2017-09-05\"}}\n",
            i < WON ? "successful" : "unsuccessful");
    }
}

void funds_write_awarded(struct calls *c, int authority)
{
    if (authority != EASTMARCH)
        return;
    line_begin(c, authority, "Funds/ChangeRound", NULL, 0);
    line_refer(c, authority, "round_id", "round", 1);
    fprintf(c->file, "\"version\":1,\"awarded_pence\":%d,\"awarded_source\":\"Notice 132/17\"}}\n", AWARDED_PENCE);
}

void funds_write_reserves(struct calls *c, int authority)
{
    if (authority != LENBOROUGH)
        return;
    line_begin(c, authority, "Funds/AddReserve", "reserve", 1);
    fputs("\"name\":\"Statutory schools reserve\",\"categories\":[\"Collaborative activity\"]}}\n", c->file);
}

void funds_write_balances(struct calls *c, int authority)
{
    if (authority != LENBOROUGH)
        return;
    line_begin(c, authority, "Funds/StateReserve", NULL, 0);
    line_refer(c, authority, "reserve_id", "reserve", 1);
    fputs("\"as_at\":\"2015-04-23\",\"balance_pence\":574700000,\"share\":2.47,\"source\":\"Paper to the forum\"}}\n",
        c->file);
}

void funds_write_contributions(struct calls *c, int authority)
{
    for (int i = 0; authority == LENBOROUGH && i < 2; i++) {
        line_begin(c, authority, "Funds/AddContribution", "contribution", i + 1);
        line_refer(c, authority, "fund_id", "fund", 1);
        if (i == 0)
            line_refer(c, authority, "reserve_id", "reserve", 1);
        fprintf(c->file, "\"source\":\"%s\",\"pence\":%d,\"financial_year\":2015,%s}}\n", i ? "council" : "reserve",
            MATCHED_PENCE,
            i ? "\"name\":\"Lenborough City Council\""
              : "\"category\":\"Collaborative activity\",\"allocation_chain\":[\"Schools Forum\",\"Executive Board\"]");
    }
}

void funds_write_matches(struct calls *c, int authority)
{
    if (authority != LENBOROUGH)
        return;
    line_begin(c, authority, "Funds/MatchContributions", NULL, 0);
    line_refer(c, authority, "first", "contribution", 1);
    line_refer(c, authority, "second", "contribution", 2);
    fputs("\"first_parts\":1,\"second_parts\":1}}\n", c->file);
}

void funds_write_agreed(struct calls *c, int authority)
{
    if (authority != LENBOROUGH)
        return;
    line_begin(c, authority, "Funds/AgreeContribution", NULL, 0);
    line_refer(c, authority, "contribution_id", "contribution", 2);
    fputs("\"version\":1,\"agreed_on\":\"2015-04-01\"}}\n", c->file);
}

static const char *const bodies[][2] = {{"Schools Forum", "2015-04-23"}, {"Executive Board", "2015-06-16"}};

void funds_write_papers(struct calls *c, int authority)
{
    for (int i = 0; authority == LENBOROUGH && i < 2; i++) {
        line_begin(c, authority, "Funds/AddPaper", "paper", i + 1);
        fprintf(c->file, "\"title\":\"Funding a strategic alliance\",\"body\":\"%s\",\"meeting_on\":\"%s\"%s}}\n",
            bodies[i][0], bodies[i][1], i ? "" : ",\"item_type\":1");
    }
}

void funds_write_recommendations(struct calls *c, int authority)
{
    for (int i = 0; authority == LENBOROUGH && i < 2; i++) {
        line_begin(c, authority, "Funds/AddRecommendation", NULL, 0);
        line_refer(c, authority, "paper_id", "paper", i + 1);
        line_refer(c, authority, "contribution_id", "contribution", 1);
        fputs("\"number\":1,\"what\":\"Approve the allocation\",\"gives\":\"allocation\"}}\n", c->file);
    }
}

void funds_write_decisions(struct calls *c, int authority)
{
    for (int i = 0; authority == LENBOROUGH && i < 2; i++) {
        line_begin(c, authority, "Funds/DecideRecommendation", NULL, 0);
        line_refer(c, authority, "paper_id", "paper", i + 1);
        fprintf(c->file, "\"number\":1,\"version\":1,\"outcome\":\"approved\",\"decided_on\":\"%s\"}}\n", bodies[i][1]);
    }
}
