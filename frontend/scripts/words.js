// Words that only scripts say. Pages take theirs from the message catalogue.
const chinese = {
  copy: "复制",
  copied: "已复制",
  accordion: {
    hideAllSections: "全部收起",
    hideSection: "收起",
    hideSectionAriaLabel: "收起本节",
    showAllSections: "全部展开",
    showSection: "展开",
    showSectionAriaLabel: "展开本节",
  },
  characterCount: {
    charactersUnderLimit: { other: "还可以输入 %{count} 个字" },
    charactersAtLimit: "已到字数上限",
    charactersOverLimit: { other: "超出 %{count} 个字" },
    wordsUnderLimit: { other: "还可以输入 %{count} 个词" },
    wordsAtLimit: "已到词数上限",
    wordsOverLimit: { other: "超出 %{count} 个词" },
    textareaDescription: { other: "最多可以输入 %{count} 个字" },
  },
  fileUpload: {
    chooseFilesButton: "选择文件",
    dropInstruction: "或把文件拖到这里",
    noFileChosen: "尚未选择文件",
    multipleFilesChosen: { other: "已选择 %{count} 个文件" },
    enteredDropZone: "已进入放置区",
    leftDropZone: "已离开放置区",
  },
  passwordInput: {
    hidePassword: "隐藏",
    hidePasswordAriaLabel: "隐藏密码",
    passwordHiddenAnnouncement: "密码已隐藏",
    passwordShownAnnouncement: "密码已显示",
    showPassword: "显示",
    showPasswordAriaLabel: "显示密码",
  },
};

const english = { copy: "Copy", copied: "Copied" };

export const words = document.documentElement.lang.startsWith("zh") ? chinese : english;
