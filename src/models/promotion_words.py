"""The words in which a promotion is told."""

WORDS: dict[str, dict[str, str]] = {
    "promoted": {"en": "Promoted: ", "zh": "已晋升："},
    "stays": {"en": "Not promoted, version {version} stays champion: ", "zh": "未晋升，版本 {version} 仍为现役模型："},
    "first": {"en": "there was no champion.", "zh": "此前没有现役模型。"},
    "unreadable": {
        "en": "the files of version {version}, which was champion, cannot be read.",
        "zh": "原现役版本 {version} 的文件无法读取。",
    },
    "missing": {
        "en": "version {version}, which was champion, cannot score today's table: it needs {missing} columns that are "
        "no longer built, first {column}.",
        "zh": "原现役版本 {version} 无法为今天的表打分：所需的 {missing} 列已不再生成，首列为 {column}。",
    },
    "question": {
        "en": "version {version}, which was champion, answers another question: the outcome's settings have changed.",
        "zh": "原现役版本 {version} 回答的是另一个问题：结果的定义已改变。",
    },
    "forgotten": {
        "en": "version {version}, which was champion, had learned from somebody who was forgotten since.",
        "zh": "原现役版本 {version} 曾使用此后已按要求删除的数据进行训练。",
    },
    "untested": {
        "en": "the forward test of version {version}, which was champion, held fewer than {enough} accounts of the "
        "rarer kind, too few to speak for it; this one has been tested on more.",
        "zh": "原现役版本 {version} 的前向检验中，较少一类结果的客户不足 {enough} 个，不足以说明其优劣；"
        "本版本经过了更多检验。",
    },
    "untested_refresh": {
        "en": "the recipe is that of version {version}, fitted to what is known as of {as_of}; too few outcomes have "
        "settled to test either.",
        "zh": "方法与版本 {version} 相同，以截至 {as_of} 的已知数据重新拟合；已有结果太少，两者均无法检验。",
    },
    "incomparable": {
        "en": "the two cannot be compared. Their forward tests share {rows} rows, with {fewer} accounts of the rarer "
        "kind, of {enough} needed. To use it all the same, give it the alias champion in MLflow's pages (make ui).",
        "zh": "两者无法比较。两次前向检验共有 {rows} 行，其中较少一类结果的客户有 {fewer} 个，至少需要 {enough} 个。"
        "若仍要采用，请在 MLflow 页面（make ui）中为其设置别名 champion。",
    },
    "leak": {
        "en": "its AUC in the forward test is too good to be believed, and the column {column} is suspected of a leak. "
        "{numbers} If it is none, give it the alias champion in MLflow's pages (make ui).",
        "zh": "其前向检验的 AUC 高得难以置信，疑似列 {column} 存在信息泄漏。{numbers}"
        "若确非泄漏，请在 MLflow 页面（make ui）中为其设置别名 champion。",
    },
    "refresh": {
        "en": "the recipe is that of version {version}, and it is the recipe that was tested; it is now fitted to what "
        "is known as of {as_of}, and not worse. {numbers}",
        "zh": "方法与版本 {version} 相同，而经检验的正是方法；现以截至 {as_of} 的已知数据重新拟合，"
        "且不逊于前者。{numbers}",
    },
    "refresh_worse": {
        "en": "the recipe is the same, but with the outcomes known as of {as_of} it is worse by the interval. "
        "{numbers}",
        "zh": "方法相同，但以截至 {as_of} 的结果拟合后，按区间判断更差。{numbers}",
    },
    "same": {
        "en": "settings or code differ from those of version {version}, but the chances are the same on every row that "
        "both forward tests hold; it is fitted to what is known as of {as_of}. {numbers}",
        "zh": "设置或代码与版本 {version} 不同，但在两次前向检验共有的每一行上概率相同；"
        "以截至 {as_of} 的已知数据拟合。{numbers}",
    },
    "better": {
        "en": "it is better than version {version} out of time, by the interval. {numbers}",
        "zh": "按区间判断，其样本外表现优于版本 {version}。{numbers}",
    },
    "not_better": {
        "en": "the new recipe is not better out of time by the interval. {numbers}",
        "zh": "新方法的样本外表现按区间判断并不更优。{numbers}",
    },
    "worse": {
        "en": "the new recipe is worse out of time, by the interval. {numbers}",
        "zh": "新方法的样本外表现按区间判断更差。{numbers}",
    },
    "lower_precision": {
        "en": "the new recipe has the lower log-loss, but ranks the top of the list worse, by the interval. {numbers}",
        "zh": "新方法的对数损失更低，但按区间判断，名单前列的排序更差。{numbers}",
    },
    "numbers": {
        "en": "On the {rows} rows that both forward tests hold, {positives} of them positive: log-loss {loss.new:.4f} "
        "against {loss.old:.4f} (difference {loss}, less is better), average precision {precision.new:.4f} against "
        "{precision.old:.4f} (difference {precision}; in brackets 95% intervals).",
        "zh": "在两次前向检验共有的 {rows} 行（其中正例 {positives} 行）上：对数损失 {loss.new:.4f} 与 {loss.old:.4f}"
        "（差 {loss}，越低越好），平均精确率 {precision.new:.4f} 与"
        " {precision.old:.4f}（差 {precision}；方括号内为 95% 区间）。",
    },
}
