<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Field;

\defined('_JEXEC') or die;

use Joomla\CMS\Form\FormField;
use Leadbridge\Plugin\System\Leadbridge\Lead\ConsentTexts;

/** A consent box with its exact text beside it, never ticked in advance; its value is the mark of that text. */
final class ConsentField extends FormField
{
    protected $type = 'Consent';

    protected function getLabel()
    {
        return '';
    }

    protected function getInput()
    {
        $text = (string) $this->element['text'];
        $mark = ConsentTexts::mark($text);

        return sprintf(
            '<div class="form-check"><input type="checkbox" class="form-check-input" id="%1$s" name="%2$s" value="%5$s"%3$s>'
            . '<label class="form-check-label" for="%1$s">%4$s</label></div>',
            self::escape($this->id),
            self::escape($this->name),
            (string) $this->value === $mark ? ' checked' : '',
            nl2br(self::escape($text), false),
            $mark
        );
    }

    private static function escape(string $text): string
    {
        return htmlspecialchars($text, ENT_QUOTES, 'UTF-8');
    }
}
