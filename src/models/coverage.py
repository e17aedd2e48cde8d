"""How often the forecasts' intervals held, and forecasts in sentences."""

import pandas as pd

from leadline.models.forecast import SHARE

WORDS: dict[str, dict[str, str]] = {
    "nrr": {"en": "NRR", "zh": "NRR（净收入留存率）"},
    "grr": {"en": "GRR", "zh": "GRR（毛收入留存率）"},
    "logo_retention": {"en": "Logo retention", "zh": "客户留存率"},
    "1": {"en": "the next quarter", "zh": "未来一个季度"},
    "2": {"en": "the next two quarters", "zh": "未来两个季度"},
    "sentence": {
        "en": "{measure} over {ahead}: {estimate:.0%} ({share:.0%} interval {low:.0f} to {high:.0f}).",
        "zh": "{ahead}的{measure}：{estimate:.0%}（{share:.0%} 区间 {low:.0f}% 至 {high:.0f}%）。",
    },
}


def coverage(tested: pd.DataFrame) -> pd.DataFrame:
    """How the forecasts of past dates did, by measure and quarters: dates (tested), held (share of the intervals that
    did), width (mean), error (mean of what came true less the estimate).

    Dates nearer to one another than the forecasts reach share most of what came true, so `dates` counts for more than
    there is to learn from.
    """
    known = tested[tested["actual"].notna()]
    rows = known.assign(
        held=known["held"].astype("float64"),
        width=known["high"] - known["low"],
        error=known["actual"] - known["estimate"],
    ).groupby(["measure", "quarters"], sort=True)
    return rows.agg(
        dates=("as_of", "size"), held=("held", "mean"), width=("width", "mean"), error=("error", "mean")
    ).reset_index()


def sentences(forecast: pd.DataFrame, language: str) -> list[str]:
    """One sentence a forecast, such as "NRR over the next quarter: 97% (80% interval 94 to 99)."."""
    parts = zip(*(forecast[name] for name in ("measure", "quarters", "estimate", "low", "high")), strict=True)
    return [
        WORDS["sentence"][language].format(
            measure=WORDS[measure][language],
            ahead=WORDS[str(quarters)][language],
            estimate=estimate,
            share=SHARE,
            low=100 * low,
            high=100 * high,
        )
        for measure, quarters, estimate, low, high in parts
    ]
